//! The faults that go on, and what they come to for each connection, each
//! client and the floor.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Weak};

use chrono::TimeDelta;
use tokio::time::Instant;

use super::{Deed, Weather};
use crate::fault::{Fault, Kind, Moment, OnFloor, OnLane, OnWire, Scope, Spell};
use crate::server::Way;
use crate::server::lane::{Concerned, Every, Reorder, Troubles};
use crate::server::wire::{Cut, Handle, Trouble};

#[derive(Debug, Default)]
pub(super) struct State {
    last: u64,
    pub(super) active: BTreeMap<u64, Active>,
    wires: Vec<Weak<Handle>>,
    /// Connections that will end, and when.
    pub(super) cuts: Vec<Due>,
    pub(super) deeds: VecDeque<Deed>,
    pub(super) playing: Option<Playing>,
}

#[derive(Debug)]
pub(super) struct Active {
    pub(super) name: &'static str,
    pub(super) spell: Spell,
    pub(super) scope: Scope,
    pub(super) ends: Option<Instant>,
}

/// A connection that will end.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) at: Instant,
    /// The fault that ends it, if that still goes on then.
    fault: u64,
    handle: Weak<Handle>,
}

/// A script, and how far it is.
#[derive(Debug)]
pub(super) struct Playing {
    pub(super) name: String,
    pub(super) cues: VecDeque<(Instant, Fault)>,
    pub(super) ends: Instant,
    pub(super) begun: Vec<u64>,
}

impl State {
    pub(super) fn begin(&mut self, fault: &Fault, now: Instant) -> u64 {
        self.last += 1;
        match &fault.kind {
            Kind::Moment(moment) => self.happen(moment, &fault.scope),
            Kind::Spell(spell) => {
                if *spell == Spell::Restart {
                    self.cut(Cut::Fin, &fault.scope);
                }
                if let Spell::Wire(OnWire::Flap { after }) = spell {
                    // Whom it concerns is seen when the time has come.
                    self.cuts.extend(self.wires.iter().map(|handle| Due {
                        at: now + *after,
                        fault: self.last,
                        handle: Weak::clone(handle),
                    }));
                }
                let active = Active {
                    name: fault.name(),
                    spell: spell.clone(),
                    scope: fault.scope.clone(),
                    ends: fault.lasts.map(|lasts| now + lasts),
                };
                self.active.insert(self.last, active);
            }
        }
        self.last
    }

    fn happen(&mut self, moment: &Moment, scope: &Scope) {
        match moment {
            Moment::Drop => self.cut(Cut::Fin, scope),
            Moment::Reset => self.cut(Cut::Reset, scope),
            Moment::NewEpoch => self.deeds.push_back(Deed::NewEpoch),
            Moment::Close { .. }
            | Moment::Notice { .. }
            | Moment::Garbage(_)
            | Moment::Oversize { .. }
            | Moment::Bomb { .. } => self.deeds.push_back(Deed::Inject {
                moment: moment.clone(),
                scope: scope.clone(),
            }),
        }
    }

    /// Its name, when there was one of this number.
    pub(super) fn end(&mut self, id: u64) -> Option<&'static str> {
        let Active {
            name, spell, scope, ..
        } = self.active.remove(&id)?;
        self.cuts.retain(|due| due.fault != id);
        match spell {
            // Whoever was cut off that long has lost what was said meanwhile.
            Spell::Wire(OnWire::HalfOpen) => self.cut(Cut::Fin, &scope),
            Spell::Restart => self.deeds.push_back(Deed::NewEpoch),
            Spell::Sleep => {
                self.cut(Cut::Fin, &scope);
                self.deeds.push_back(Deed::Wake);
            }
            Spell::Wire(OnWire::Stall | OnWire::Drip { .. } | OnWire::Flap { .. })
            | Spell::Door(_)
            | Spell::Lane(_)
            | Spell::Floor(_) => {}
        }
        Some(name)
    }

    /// The next of the script, begun when its time has come.
    pub(super) fn cue(&mut self, now: Instant) -> Option<(u64, &'static str)> {
        let cues = &mut self.playing.as_mut()?.cues;
        let (_, fault) = cues.pop_front_if(|(at, _)| *at <= now)?;
        let id = self.begin(&fault, now);
        if let Some(playing) = &mut self.playing {
            playing.begun.push(id);
        }
        Some((id, fault.name()))
    }

    pub(super) fn connected(&mut self, handle: &Arc<Handle>, now: Instant) {
        // Those who have gone are forgotten when there is no room left, so that
        // a crowd that comes at once is not counted again and again.
        if self.wires.len() == self.wires.capacity() {
            self.wires.retain(|wire| wire.strong_count() > 0);
            self.cuts.retain(|due| due.handle.strong_count() > 0);
        }
        self.wires.push(Arc::downgrade(handle));
        for (id, active) in &self.active {
            if let Spell::Wire(OnWire::Flap { after }) = active.spell {
                self.cuts.push(Due {
                    at: now + after,
                    fault: *id,
                    handle: Arc::downgrade(handle),
                });
            }
        }
    }

    /// Ends the connections whose time has come.
    pub(super) fn cut_due(&mut self, now: Instant) {
        let due: Vec<_> = self.cuts.extract_if(.., |due| due.at <= now).collect();
        for Due { fault, handle, .. } in due {
            if let (Some(active), Some(handle)) = (self.active.get(&fault), handle.upgrade())
                && concerns(&active.scope, &handle)
            {
                handle.suffer(Trouble::Cut(Cut::Fin));
            }
        }
    }

    /// Lets every connection feel what there is.
    pub(super) fn spread(&self) {
        for handle in self.wires.iter().filter_map(Weak::upgrade) {
            handle.suffer(self.trouble(&handle));
        }
    }

    fn wires(&self, scope: &Scope) -> Vec<Arc<Handle>> {
        let wires = self.wires.iter().filter_map(Weak::upgrade);
        wires.filter(|handle| concerns(scope, handle)).collect()
    }

    fn cut(&self, cut: Cut, scope: &Scope) {
        for handle in self.wires(scope) {
            handle.suffer(Trouble::Cut(cut));
        }
    }

    /// The worst of what concerns a connection. One that is not used for the
    /// stream is spared: it may be the one that ends the trouble.
    pub(super) fn trouble(&self, handle: &Handle) -> Trouble {
        let (way, client) = handle.purpose();
        if way.is_none() {
            return Trouble::None;
        }
        let concerned = self
            .active
            .values()
            .filter(|active| active.scope.concerns_way(way) && active.scope.concerns_client(client));
        let mut worst = Trouble::None;
        for active in concerned {
            match active.spell {
                Spell::Wire(OnWire::HalfOpen) | Spell::Sleep => return Trouble::HalfOpen,
                Spell::Wire(OnWire::Stall) => worst = Trouble::Stalled,
                Spell::Wire(OnWire::Drip { bytes_per_second }) => {
                    if worst == Trouble::None {
                        worst = Trouble::Dripping { bytes_per_second };
                    }
                }
                Spell::Wire(OnWire::Flap { .. })
                | Spell::Door(_)
                | Spell::Lane(_)
                | Spell::Floor(_)
                | Spell::Restart => {}
            }
        }
        worst
    }

    pub(super) fn troubles(&self, way: Way, client: u64) -> Troubles {
        let mut troubles = Troubles::default();
        for active in self.active.values() {
            let Scope { symbols, .. } = &active.scope;
            if !active.scope.concerns_way(Some(way)) || !active.scope.concerns_client(Some(client)) {
                continue;
            }
            let Spell::Lane(lane) = active.spell else {
                continue;
            };
            let which = |every| Every {
                every,
                of: Concerned::of(symbols),
            };
            match lane {
                OnLane::Mute => troubles.mute.add(symbols),
                OnLane::Duplicate { every } => troubles.duplicate = Some(which(every)),
                OnLane::Reorder { every, by } => {
                    troubles.reorder = Some(Reorder {
                        which: which(every),
                        by,
                    });
                }
                OnLane::Lose { every } => troubles.lose = Some(which(every)),
            }
        }
        troubles
    }

    pub(super) fn weather(&self) -> Weather {
        let mut weather = Weather::default();
        for active in self.active.values() {
            weather.asleep |= active.spell == Spell::Sleep;
            let Spell::Floor(floor) = active.spell else {
                continue;
            };
            match floor {
                OnFloor::Burst { factor } => weather.burst = Some(factor),
                OnFloor::Skew { by } => weather.skew += by,
                OnFloor::Backwards { every, by } => {
                    let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
                    weather.backwards = Some((every, by));
                }
            }
        }
        weather
    }
}

/// One that is not used for the stream is spared.
fn concerns(scope: &Scope, handle: &Handle) -> bool {
    let (way, client) = handle.purpose();
    way.is_some() && scope.concerns_way(way) && scope.concerns_client(client)
}
