//! Whether a message of this connection was lost.

/// So often must the count have risen by one before a hole in it says anything:
/// nothing is lost where the numbers mean something else.
const PROVEN: u32 = 2;

/// All messages of a connection count together, each one more than that before it.
#[derive(Debug, Default)]
pub(super) struct Order {
    last: Option<u64>,
    /// How often it has, since it last did not.
    steps: u32,
}

impl Order {
    /// How many did not come. Told once: the count goes on from here.
    pub(super) fn lost(&mut self, number: u64) -> Option<u64> {
        let last = self.last.replace(number)?;
        if number < last {
            // One that comes late is no reason to go.
            self.last = Some(last);
            self.steps = 0;
            return None;
        }
        let lost = (number - last).saturating_sub(1);
        if lost == 0 {
            self.steps = self.steps.saturating_add(u32::from(number > last));
            return None;
        }
        let proven = self.steps >= PROVEN;
        if !proven {
            self.steps = 0;
        }
        proven.then_some(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_left_out_is_a_message_that_is_lost() {
        let mut order = Order::default();
        assert_eq!([0, 1, 2].map(|number| order.lost(number)), [None; 3]);
        assert_eq!(order.lost(6), Some(3));
        assert_eq!([7, 7, 8].map(|number| order.lost(number)), [None; 3]);
        assert_eq!(order.lost(u64::MAX), Some(u64::MAX - 9));
    }

    #[test]
    fn a_connection_may_begin_to_count_anywhere() {
        assert_eq!(Order::default().lost(41), None);
    }

    #[test]
    fn numbers_that_do_not_count_prove_nothing() {
        let mut order = Order::default();
        let numbers = [0, 0, 12, 5, 3, 20, 21, 30, 2, 40];
        assert_eq!(numbers.map(|number| order.lost(number)), [None; 10]);
        assert_eq!(
            [41, 42, 44].map(|number| order.lost(number)),
            [None, None, Some(1)]
        );
    }
}
