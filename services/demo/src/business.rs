//! What happens in a branch: which products are sold how often, for how much, and who is credited. It makes
//! one event at a time; days and deliveries are made elsewhere.

use longhu_core::types::money::{Amount, Currency};
use longhu_dice::{Dice, Weights};
use longhu_proto::scalar::money_to_wire;
use longhu_proto::wire::event::v1::{Credit, Event};

use crate::bank::{Bank, Branch};

/// The adapters of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The core banking system: it numbers its events.
    Core = 0,
    /// The e-banking gateway: it only gives ids, and sends files again.
    Gateway = 1,
}

/// All sources.
pub const SOURCES: [Source; 2] = [Source::Core, Source::Gateway];

impl Source {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Source::Core => "core-banking",
            Source::Gateway => "ebank-gateway",
        }
    }
}

/// One kind of business.
struct Line {
    source: Source,
    /// How often it happens, per thousand.
    weight: u64,
    kind: &'static str,
    /// Products, all equally likely.
    products: [&'static str; 4],
    worth: Size,
}

/// The quantity or amount of an event.
enum Size {
    Nothing,
    Pieces(u64),
    /// An amount: mostly this much in the bank's currency, sometimes a few times as much, rarely much more.
    Money(u64),
}

const fn line(
    source: Source,
    weight: u64,
    kind: &'static str,
    products: [&'static str; 4],
    worth: Size,
) -> Line {
    Line { source, weight, kind, products, worth }
}

use Size::{Money, Nothing, Pieces};
use Source::{Core, Gateway};

const LINES: [Line; 13] = [
    line(Core, 130, "account.opened", ["savings", "savings", "salary", "corporate"], Nothing),
    line(Core, 200, "card.issued", ["classic", "classic", "gold", "junior"], Nothing),
    line(Core, 110, "card.activated", ["classic", "classic", "gold", "junior"], Nothing),
    line(Core, 110, "wealth.sold", ["stable-90", "stable-180", "growth", "private"], Money(10_000)),
    line(Core, 40, "fund.sold", ["bond", "bond", "equity", "index"], Money(4_000)),
    line(Core, 25, "insurance.sold", ["annuity", "life", "life", "health"], Money(2_000)),
    line(Core, 12, "payroll.signed", ["payroll"; 4], Pieces(120)),
    line(Core, 53, "visit.made", [""; 4], Nothing),
    line(Gateway, 60, "ebanking.signed", ["personal", "personal", "personal", "corporate"], Nothing),
    line(Gateway, 80, "ebanking.activated", ["personal", "personal", "personal", "corporate"], Nothing),
    line(Gateway, 70, "mobile_banking.signed", ["mobile"; 4], Nothing),
    line(Gateway, 95, "mobile_banking.activated", ["mobile"; 4], Nothing),
    line(Gateway, 15, "referral.made", [""; 4], Nothing),
];

const CHANNELS: [&str; 4] = ["counter", "lobby", "mobile", "visit"];
const SEGMENTS: [&str; 5] = ["mass", "mass", "mass", "affluent", "private"];

/// The business of a bank.
#[derive(Debug)]
pub struct Business {
    lines: Weights,
    /// The number of branches in a region.
    region: usize,
    currency: Currency,
}

impl Business {
    /// Business in a currency, with `region` branches in each region.
    pub fn new(region: usize, currency: Currency) -> Business {
        Business { lines: Weights::new(LINES.iter().map(|line| line.weight)), region, currency }
    }

    /// An event in a branch. It has no id, number, time or day yet.
    pub fn happen(&self, bank: &Bank, at: usize, dice: &mut Dice) -> (Source, Event) {
        let line = &LINES[self.lines.choose(dice)];
        let branch = &bank.branches[at];
        let customer = dice.below(4_000_000);
        let (quantity, amount) = match line.worth {
            Nothing => (None, None),
            Pieces(most) => (Some(5 + dice.below(most) as i64), None),
            Money(about) => (None, Some(money_to_wire(self.money(about, dice)))),
        };
        let event = Event {
            source: line.source.name().to_owned(),
            r#type: line.kind.to_owned(),
            branch: branch.id.clone(),
            credits: self.credits(bank, at, branch, dice),
            customer: format!("c{customer:07}"),
            subject: format!("h{:012}", dice.below(1_000_000_000_000)),
            product: (*dice.one_of(&line.products)).to_owned(),
            channel: (*dice.one_of(&CHANNELS)).to_owned(),
            segment: (*dice.one_of(&SEGMENTS)).to_owned(),
            quantity,
            amount,
            ..Event::default()
        };
        (line.source, event)
    }

    fn money(&self, about: u64, dice: &mut Dice) -> Amount {
        let times = match dice.below(1_000) {
            0..=2 => 40 + dice.below(160),
            3..=40 => 8 + dice.below(40),
            _ => 1 + dice.below(8),
        };
        let whole = (about * times) as i64 + 500 * dice.below(4) as i64;
        let cents = if dice.once_in(4) { dice.below(100) as i64 } else { 0 };
        Amount { currency: self.currency, minor: whole * self.currency.scale() + cents }
    }

    /// Mostly one employee; often an assistant with an explicit share; sometimes a referrer of another branch
    /// with an equal part; and some events without creditors, which stay with the branch.
    fn credits(&self, bank: &Bank, at: usize, branch: &Branch, dice: &mut Dice) -> Vec<Credit> {
        let owner = branch.skills.choose(dice);
        let credit = |branch: &Branch, person: usize, role: &str, share| Credit {
            employee: branch.people[person].clone(),
            role: role.to_owned(),
            share,
        };
        match dice.below(100) {
            0..=1 => Vec::new(),
            2..=18 => {
                let people = branch.people.len();
                let assistant = (owner + 1 + dice.index(people - 1)) % people;
                let share = *dice.one_of(&[500_000, 600_000, 700_000, 800_000]);
                vec![
                    credit(branch, owner, "owner", Some(share)),
                    credit(branch, assistant, "assistant", Some(1_000_000 - share)),
                ]
            }
            19..=23 => {
                let region = at / self.region * self.region;
                let elsewhere = region + (at - region + 1 + dice.index(self.region - 1)) % self.region;
                let elsewhere = &bank.branches[elsewhere];
                let referrer = elsewhere.skills.choose(dice);
                vec![credit(branch, owner, "owner", None), credit(elsewhere, referrer, "referrer", None)]
            }
            _ => vec![credit(branch, owner, "owner", None)],
        }
    }
}
