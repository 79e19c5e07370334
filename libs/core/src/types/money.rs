//! Money: exact, in whole minor units of one currency. There is no conversion between currencies.

use std::fmt;

use crate::types::violation::Violation;

/// An ISO 4217 code: three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Currency([u8; 3]);

/// Codes whose minor unit is not a hundredth, with their number of digits (ISO 4217, list one).
const DIGITS: [(&[u8; 3], u32); 22] = [
    (b"BIF", 0),
    (b"CLP", 0),
    (b"DJF", 0),
    (b"GNF", 0),
    (b"ISK", 0),
    (b"JPY", 0),
    (b"KMF", 0),
    (b"KRW", 0),
    (b"PYG", 0),
    (b"RWF", 0),
    (b"UGX", 0),
    (b"VND", 0),
    (b"VUV", 0),
    (b"XAF", 0),
    (b"XOF", 0),
    (b"XPF", 0),
    (b"BHD", 3),
    (b"IQD", 3),
    (b"JOD", 3),
    (b"KWD", 3),
    (b"OMR", 3),
    (b"TND", 3),
];

/// The codes of ISO 4217, list one, with those that were replaced lately, in order.
const LISTED: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP \
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR \
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV \
    MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG \
    SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN \
    UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU \
    XTS XUA XXX YER ZAR ZMW ZWG ZWL";

/// What people write for a currency that has another code.
const MEANT: [(&str, &str); 10] = [
    ("RMB", "CNY"),
    ("CNH", "CNY"),
    ("CNR", "CNY"),
    ("YUA", "CNY"),
    ("NTD", "TWD"),
    ("HKG", "HKD"),
    ("JPN", "JPY"),
    ("UKP", "GBP"),
    ("STG", "GBP"),
    ("USA", "USD"),
];

impl Currency {
    /// Reads a code of three upper-case ASCII letters.
    pub fn parse(text: &str) -> Option<Currency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    /// Refuses a code that ISO 4217 does not list, and names the one that was probably meant. Logs may have others: whatever
    /// was accepted once is read for ever.
    pub fn check(self, field: &str) -> Result<(), Violation> {
        let code = self.as_str();
        if LISTED.split_ascii_whitespace().any(|listed| listed == code) {
            return Ok(());
        }
        let meant = MEANT.iter().find(|(written, _)| *written == code).map(|(_, meant)| *meant);
        let what = meant.map_or("give the code of a currency, such as CNY".to_owned(), |meant| {
            format!("did you mean {meant}?")
        });
        let reason = format!("`{code}` is not in ISO 4217; {what}");
        Err(Violation::new(field, "UNKNOWN_CURRENCY", reason))
    }

    /// How many digits its minor unit has: 2 unless ISO 4217 says otherwise.
    pub fn digits(self) -> u32 {
        DIGITS.iter().find(|(code, _)| **code == self.0).map_or(2, |(_, digits)| *digits)
    }

    /// Minor units in one major unit.
    pub fn scale(self) -> i64 {
        10i64.pow(self.digits())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount in minor units of its currency, at most [`AMOUNT_MAX`] either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Amount {
    /// The currency.
    pub currency: Currency,
    /// Minor units.
    pub minor: i64,
}

/// The greatest amount of one event: 10^15 major units at two digits. It keeps every sum far from overflow.
pub const AMOUNT_MAX: i64 = 100_000_000_000_000_000;

/// Why a number is not a valid amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// The parts have opposite signs, or the nanos are not below one unit.
    Malformed,
    /// There are digits beyond the currency's minor unit.
    TooManyDigits,
    /// It is greater than [`AMOUNT_MAX`].
    TooLarge,
}

impl Amount {
    /// From whole units and nanos of a unit, both of one sign.
    pub fn from_parts(currency: Currency, units: i64, nanos: i32) -> Result<Amount, AmountError> {
        let nanos = i64::from(nanos);
        if nanos.abs() >= 1_000_000_000 || units.signum() * nanos.signum() < 0 {
            return Err(AmountError::Malformed);
        }
        let nanos_in_minor = 1_000_000_000 / currency.scale();
        if nanos % nanos_in_minor != 0 {
            return Err(AmountError::TooManyDigits);
        }
        units
            .checked_mul(currency.scale())
            .and_then(|minor| minor.checked_add(nanos / nanos_in_minor))
            .filter(|minor| minor.unsigned_abs() <= AMOUNT_MAX.unsigned_abs())
            .map(|minor| Amount { currency, minor })
            .ok_or(AmountError::TooLarge)
    }

    /// Whole units and nanos of a unit.
    pub fn parts(self) -> (i64, i32) {
        let scale = self.currency.scale();
        (self.minor / scale, ((self.minor % scale) * (1_000_000_000 / scale)) as i32)
    }
}

#[cfg(test)]
mod tests {
    use iso_currency::IntoEnumIterator;

    use super::*;

    #[test]
    fn digits_beyond_the_currency_are_refused() {
        let (cny, jpy) = (Currency::parse("CNY").unwrap(), Currency::parse("JPY").unwrap());
        assert_eq!(Amount::from_parts(cny, 12, 340_000_000).unwrap().minor, 1234);
        assert_eq!(Amount::from_parts(cny, 12, 345_000_000), Err(AmountError::TooManyDigits));
        assert_eq!(Amount::from_parts(jpy, 12, 500_000_000), Err(AmountError::TooManyDigits));
        assert_eq!(Amount::from_parts(cny, 1, -10_000_000), Err(AmountError::Malformed));
        assert_eq!(Amount::from_parts(cny, i64::MAX, 0), Err(AmountError::TooLarge));
        assert_eq!(Amount::from_parts(cny, -3, -50_000_000).unwrap().parts(), (-3, -50_000_000));
    }

    #[test]
    fn a_code_that_is_not_listed_is_refused_with_the_one_that_was_meant() {
        for listed in iso_currency::Currency::iter() {
            assert_eq!(Currency::parse(listed.code()).unwrap().check("currency"), Ok(()));
        }
        assert_eq!(LISTED.split_ascii_whitespace().count(), iso_currency::Currency::iter().count());
        let refused = |code: &str| Currency::parse(code).unwrap().check("amount.currency_code").unwrap_err();
        let rmb = refused("RMB");
        assert_eq!((rmb.field.as_str(), rmb.code), ("amount.currency_code", "UNKNOWN_CURRENCY"));
        assert_eq!(rmb.reason, "`RMB` is not in ISO 4217; did you mean CNY?");
        assert_eq!(
            refused("ABC").reason,
            "`ABC` is not in ISO 4217; give the code of a currency, such as CNY"
        );
        for (_, meant) in MEANT {
            assert_eq!(Currency::parse(meant).unwrap().check("currency"), Ok(()));
        }
    }

    /// Found by fuzzing: the least integer has no absolute value. In builds without overflow checks it was
    /// accepted as a small amount.
    #[test]
    fn the_least_number_of_a_currency_without_minor_units_is_too_large() {
        let jpy = Currency::parse("JPY").unwrap();
        assert_eq!(Amount::from_parts(jpy, i64::MIN, 0), Err(AmountError::TooLarge));
        assert_eq!(Amount::from_parts(jpy, -AMOUNT_MAX, 0).unwrap().minor, -AMOUNT_MAX);
        assert_eq!(Amount::from_parts(jpy, -AMOUNT_MAX - 1, 0), Err(AmountError::TooLarge));
    }

    /// Compares the table with ISO 4217. Today four currencies differ; they are named here. Whoever corrects
    /// one removes it from this list and makes sure that stored amounts with more digits can still be
    /// decoded.
    #[test]
    fn digits_are_those_of_iso_4217_but_for_four_currencies() {
        let differing: Vec<(&str, u32, u32)> = iso_currency::Currency::iter()
            .filter_map(|listed| {
                let ours = Currency::parse(listed.code()).unwrap().digits();
                let theirs = u32::from(listed.exponent()?);
                (ours != theirs).then(|| (listed.code(), ours, theirs))
            })
            .collect();
        assert_eq!(differing, [("CLF", 2, 4), ("LYD", 2, 3), ("UYI", 2, 0), ("UYW", 2, 4)]);
    }
}
