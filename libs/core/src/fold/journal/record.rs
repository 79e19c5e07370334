//! Records of the journal and their bytes: what is kept of an event, of a reversal, and of an original that
//! no contest counted when it was reversed. They exist only in the read model and their format is not frozen:
//! a rebuild may write another one.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::event::{Credit, Event};
use crate::fold::journal::reversal_part::ReversalPart;
use crate::fold::placement::holders::Holders;
use crate::types::damage::Damage;
use crate::types::ids::{CodeId, HolderId, SourceId};
use crate::types::money::Amount;
use crate::types::names::Names;
use crate::types::page_bounds::{self, PageBounds};
use crate::{Position, Time};

/// How many codes get a number. Further codes are stored as text in each record, so that a source which
/// invents a code for each event cannot fill memory.
const CODES_MAX: usize = 1 << 16;

/// The link to the next entry of a participant's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    sequence: u64,
    index: u32,
    /// The latest date, packed, of any credit of the entries from there on.
    latest: i32,
}

impl Link {
    /// The end of a chain.
    pub const END: Link = Link { sequence: 0, index: 0, latest: i32::MIN };

    /// The position of the next entry.
    pub fn position(self) -> Option<Position> {
        (self.sequence > 0).then(|| Position::new(self.sequence, self.index))
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(self, limits: &PageBounds) -> Result<(), Damage> {
        limits.position(Position::new(self.sequence, self.index))
    }

    /// Whether any credit from there on may have this date or a later one.
    pub fn may_reach(self, date: Date) -> bool {
        self.latest >= crate::types::date::pack(date)
    }

    /// The link to an entry that is put in front of this one.
    pub(crate) fn then(self, position: Position, date: Date) -> Link {
        let latest = self.latest.max(crate::types::date::pack(date));
        Link { sequence: position.sequence, index: position.index, latest }
    }
}

/// One record.
#[expect(clippy::large_enum_variant, reason = "nearly all records are originals")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record<'a> {
    /// A counted event with its reversals.
    Original {
        /// The event.
        #[serde(borrow)]
        fact: Fact<'a>,
        /// The reversals, in log order.
        reversal_parts: Vec<ReversalPart>,
    },
    /// A counted event of a type that no contest has counted so far. Only its reversals are kept.
    Uncounted {
        /// The reversals, in log order.
        reversal_parts: Vec<ReversalPart>,
    },
    /// A counted reversal.
    Reversal {
        /// Its original, with links for the original's holders, if the original came first.
        of: Option<(Position, Vec<(HolderId, Link)>)>,
    },
}

impl<'a> Record<'a> {
    pub(crate) fn decode(bytes: &'a [u8]) -> Option<Record<'a>> {
        postcard::from_bytes(bytes).ok()
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        match self {
            Record::Original { fact, reversal_parts } => {
                fact.check(limits)?;
                reversal_parts.iter().try_for_each(|reversal_part| reversal_part.check(limits))
            }
            Record::Uncounted { reversal_parts } => {
                reversal_parts.iter().try_for_each(|reversal_part| reversal_part.check(limits))
            }
            Record::Reversal { of: None } => Ok(()),
            Record::Reversal { of: Some((original, links)) } => {
                limits.position(*original)?;
                links.iter().try_for_each(|(holder, link)| {
                    limits.participant(*holder)?;
                    link.check(limits)
                })
            }
        }
    }

    pub(crate) fn encode(&self, into: Vec<u8>) -> Vec<u8> {
        // Encoding into memory cannot fail. If it did, the empty record would be recognised as damaged.
        postcard::to_extend(self, into).unwrap_or_default()
    }
}

/// A code as its number, or as text if it has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Code<'a> {
    Known(CodeId),
    Own(Cow<'a, str>),
}

impl<'a> Code<'a> {
    fn new(text: &'a str, codes: &mut Names<CodeId>) -> Code<'a> {
        match codes.find(text) {
            Some(number) => Code::Known(number),
            None if codes.len() < CODES_MAX => Code::Known(codes.intern(text)),
            None => Code::Own(text.into()),
        }
    }

    fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        match self {
            Code::Known(number) => limits.code(*number),
            Code::Own(_) => Ok(()),
        }
    }

    fn into_owned(self) -> Code<'static> {
        match self {
            Code::Known(number) => Code::Known(number),
            Code::Own(text) => Code::Own(text.into_owned().into()),
        }
    }

    fn into_text(self, codes: &'a Names<CodeId>) -> Cow<'a, str> {
        match self {
            Code::Known(number) => codes.text(number).into(),
            Code::Own(text) => text,
        }
    }

    fn text<'b>(&'b self, codes: &'b Names<CodeId>) -> Cow<'b, str> {
        match self {
            Code::Known(number) => codes.text(*number).into(),
            Code::Own(text) => text.as_ref().into(),
        }
    }
}

/// A pseudonym. It is packed if it has the form that ingest makes: `p<epoch>.<16 bytes in base64url>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Pseudonym<'a> {
    None,
    Packed(u32, [u8; 16]),
    Own(Cow<'a, str>),
}

impl<'a> Pseudonym<'a> {
    fn new(text: &'a str) -> Pseudonym<'a> {
        if text.is_empty() {
            return Pseudonym::None;
        }
        Pseudonym::pack(text).unwrap_or_else(|| Pseudonym::Own(text.into()))
    }

    fn pack(text: &str) -> Option<Pseudonym<'a>> {
        let (epoch, hash) = text.strip_prefix('p')?.split_once('.')?;
        let epoch = epoch.parse().ok().filter(|_| !epoch.starts_with(['0', '+']))?;
        let mut bytes = [0; 16];
        let count = URL_SAFE_NO_PAD.decode_slice(hash, &mut bytes).ok()?;
        (count == bytes.len()).then_some(Pseudonym::Packed(epoch, bytes))
    }

    fn text(&self) -> Cow<'_, str> {
        match self {
            Pseudonym::None => "".into(),
            Pseudonym::Packed(epoch, bytes) => format!("p{epoch}.{}", URL_SAFE_NO_PAD.encode(bytes)).into(),
            Pseudonym::Own(text) => text.as_ref().into(),
        }
    }
}

/// The fields that are needed of nearly every event of an account.
pub(crate) struct Glance {
    /// The business date, packed.
    pub date: i32,
    /// When it happened.
    pub occurred: Time,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// Its revision; 0 for none.
    pub revision: i64,
    /// Its amount in minor units, whatever the currency; 0 for none.
    pub minor: i64,
}

/// The record of an event: every field that rules use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact<'a> {
    /// The source's number.
    pub source: SourceId,
    #[serde(borrow)]
    id: Cow<'a, str>,
    number: Option<u64>,
    kind: Code<'a>,
    date: i32,
    occurred: Time,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// The branch's number.
    pub branch: Option<HolderId>,
    /// The role texts are owned: a list that borrowed them could not be given a shorter lifetime.
    credits: SmallVec<[(HolderId, Code<'static>, Option<u32>); 2]>,
    customer: Pseudonym<'a>,
    /// Kept only if a contest needs the events of an account together.
    subject: Pseudonym<'a>,
    product: Code<'a>,
    channel: Code<'a>,
    segment: Code<'a>,
    quantity: Option<i64>,
    amount: Option<Amount>,
    revision: Option<i64>,
    attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The previous entry of each creditor, then of the branch if a part of the event may stay with it.
    links: SmallVec<[Link; 2]>,
}

impl<'a> Fact<'a> {
    pub(crate) fn new(
        event: &'a Event,
        recorded: Time,
        source: SourceId,
        holders: Holders,
        links: SmallVec<[Link; 2]>,
        keeps_subject: bool,
        codes: &mut Names<CodeId>,
    ) -> Fact<'a> {
        let credits = event.credits.iter().zip(holders.creditors);
        Fact {
            source,
            id: event.id.as_ref().into(),
            number: event.source_sequence,
            kind: Code::new(&event.kind, codes),
            date: crate::types::date::pack(event.business_date),
            occurred: event.occurred,
            recorded,
            branch: holders.branch,
            credits: credits
                .map(|(credit, creditor)| {
                    (*creditor, Code::new(&credit.role, codes).into_owned(), credit.share_ppm)
                })
                .collect(),
            customer: Pseudonym::new(&event.customer),
            subject: Pseudonym::new(if keeps_subject { &event.subject } else { "" }),
            product: Code::new(&event.product, codes),
            channel: Code::new(&event.channel, codes),
            segment: Code::new(&event.segment, codes),
            quantity: event.quantity,
            amount: event.amount,
            revision: event.revision,
            attributes: event
                .attributes
                .iter()
                .map(|(key, value)| (key.as_ref().into(), value.as_ref().into()))
                .collect(),
            links,
        }
    }

    /// Refuses values that a valid page cannot contain: texts are looked up by these numbers.
    pub(crate) fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        limits.source(self.source)?;
        self.branch.map_or(Ok(()), |branch| limits.participant(branch))?;
        for (creditor, role, _) in &self.credits {
            limits.participant(*creditor)?;
            role.check(limits)?;
        }
        let codes = [&self.kind, &self.product, &self.channel, &self.segment];
        codes.into_iter().try_for_each(|code| code.check(limits))?;
        page_bounds::packed_date(self.date)?;
        page_bounds::amount(self.amount)?;
        self.links.iter().try_for_each(|link| link.check(limits))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its type.
    pub fn kind<'b>(&'b self, codes: &'b Names<CodeId>) -> Cow<'b, str> {
        self.kind.text(codes)
    }

    /// The branch, if a part of the event may stay with it.
    pub fn keeping_branch(&self) -> Option<HolderId> {
        self.branch.filter(|_| self.links.len() > self.credits.len())
    }

    /// Its business date.
    pub fn business_date(&self) -> Date {
        crate::types::date::unpack(self.date)
    }

    /// The customer's pseudonym; may be empty.
    pub fn customer(&self) -> Cow<'_, str> {
        self.customer.text()
    }

    /// A copy without chain links.
    pub fn unlinked(&self) -> Fact<'_> {
        Fact { links: SmallVec::new(), ..self.clone() }
    }

    /// The fields that a dossier keeps in front of its events: date, times, revision and amount.
    pub(crate) fn glance(&self) -> Glance {
        Glance {
            date: self.date,
            occurred: self.occurred,
            recorded: self.recorded,
            revision: self.revision.unwrap_or(0),
            minor: self.amount.map_or(0, |amount| amount.minor),
        }
    }

    /// Everything that decides whether a report counts, apart from amounts and times.
    pub fn shape(&self) -> impl Serialize + '_ {
        let currency = self.amount.map(|amount| amount.currency);
        ((&self.kind, &self.product, &self.channel, &self.segment), currency, &self.attributes)
    }

    /// A copy with its subject.
    pub(crate) fn with_subject<'b>(&'b self, subject: &'b str) -> Fact<'b> {
        Fact { subject: Pseudonym::new(subject), ..self.clone() }
    }

    /// The creditors' numbers, in their order.
    pub fn creditors(&self) -> SmallVec<[HolderId; 2]> {
        self.credits.iter().map(|(creditor, ..)| *creditor).collect()
    }

    /// Every participant whose chain contains it, with the link to that participant's previous entry.
    pub fn links(&self) -> impl Iterator<Item = (HolderId, Link)> + '_ {
        let holders = self.credits.iter().map(|(creditor, ..)| *creditor).chain(self.branch);
        holders.zip(self.links.iter().copied())
    }

    /// Converts the record into its event.
    pub fn into_event(
        self,
        codes: &'a Names<CodeId>,
        participants: &'a Names<HolderId>,
        sources: &'a Names<SourceId>,
    ) -> Event<'a> {
        let credit = |(creditor, role, share_ppm): (HolderId, Code<'static>, Option<u32>)| Credit {
            employee: participants.text(creditor).into(),
            role: role.into_text(codes),
            share_ppm,
        };
        Event {
            source: sources.text(self.source).into(),
            id: self.id,
            source_sequence: self.number,
            kind: self.kind.into_text(codes),
            occurred: self.occurred,
            business_date: crate::types::date::unpack(self.date),
            branch: self.branch.map_or("", |branch| participants.text(branch)).into(),
            credits: self.credits.into_iter().map(credit).collect(),
            customer: self.customer.text().into_owned().into(),
            subject: self.subject.text().into_owned().into(),
            product: self.product.into_text(codes),
            channel: self.channel.into_text(codes),
            segment: self.segment.into_text(codes),
            quantity: self.quantity,
            amount: self.amount,
            revision: self.revision,
            reverses: None,
            attributes: self.attributes,
        }
    }

    /// The event of this record; without its subject if that is not kept.
    pub fn event<'b>(
        &'b self,
        codes: &'b Names<CodeId>,
        participants: &'b Names<HolderId>,
        sources: &'b Names<SourceId>,
    ) -> Event<'b> {
        let credit = |(creditor, role, share_ppm): &'b (HolderId, Code, Option<u32>)| Credit {
            employee: participants.text(*creditor).into(),
            role: role.text(codes),
            share_ppm: *share_ppm,
        };
        Event {
            source: sources.text(self.source).into(),
            id: self.id.as_ref().into(),
            source_sequence: self.number,
            kind: self.kind.text(codes),
            occurred: self.occurred,
            business_date: crate::types::date::unpack(self.date),
            branch: self.branch.map_or("", |branch| participants.text(branch)).into(),
            credits: self.credits.iter().map(credit).collect(),
            customer: self.customer.text(),
            subject: self.subject.text(),
            product: self.product.text(codes),
            channel: self.channel.text(codes),
            segment: self.segment.text(codes),
            quantity: self.quantity,
            amount: self.amount,
            revision: self.revision,
            reverses: None,
            attributes: self
                .attributes
                .iter()
                .map(|(key, value)| (key.as_ref().into(), value.as_ref().into()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudonyms_come_back_as_they_were_and_those_of_ingest_take_few_bytes() {
        for (text, bytes) in [("p1.Lt7_CcL650ZWkIHDGraRcw", 18), ("p300.ETrmPNvZs45espKlE_pQJw", 19), ("", 1)]
        {
            assert_eq!(Pseudonym::new(text).text(), text);
            assert_eq!(postcard::to_allocvec(&Pseudonym::new(text)).unwrap().len(), bytes, "{text}");
        }
        // These are not canonical, or have another form.
        for text in [
            "p01.Lt7_CcL650ZWkIHDGraRcw",
            "p1.Lt7_CcL650ZWkIHDGraRcx",
            "p1.",
            "C-1001",
            "p+1.Lt7_CcL650ZWkIHDGraRcw",
        ] {
            assert!(matches!(Pseudonym::new(text), Pseudonym::Own(_)), "{text}");
            assert_eq!(Pseudonym::new(text).text(), text);
        }
    }
}
