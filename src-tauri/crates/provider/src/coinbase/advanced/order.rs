//! Whether a message of this connection was lost.

/// All messages of a connection count together, each one more than that before it.
#[derive(Debug, Default)]
pub(super) struct Order {
    last: Option<u64>,
}

impl Order {
    /// How many did not come. Told once: the count goes on from here.
    pub(super) fn lost(&mut self, number: u64) -> Option<u64> {
        let last = self.last.replace(number)?;
        // One that comes late or twice is no reason to go.
        if number <= last {
            self.last = Some(last);
            return None;
        }
        Some(number - last - 1).filter(|lost| *lost > 0)
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
        assert_eq!([7, 7, 4, 8].map(|number| order.lost(number)), [None; 4]);
        assert_eq!(order.lost(u64::MAX), Some(u64::MAX - 9));
    }

    #[test]
    fn a_connection_may_begin_to_count_anywhere() {
        assert_eq!(Order::default().lost(41), None);
    }
}
