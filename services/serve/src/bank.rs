//! The bank on the command line: its id, and where its log is.

use std::path::Path;

use longhu_client::failure::{Failure, chain};
use longhu_core::control::Bank;
use longhu_core::types::money::Currency;
use longhu_ingest::{Acknowledged, Founded, StartError, bank_of, found, last_known, system_clock};
use longhu_log::{Log, LogConfig};

/// The zone and the currency of a new bank that names none.
const NEW_ZONE: &str = "Asia/Shanghai";
const NEW_CURRENCY: &str = "CNY";

/// The bank and its log.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Bank")]
pub struct BankArgs {
    /// The bank's id: lower-case letters, digits and `-`. It names the bank's stream.
    #[arg(long, value_name = "ID", default_value = "dev", env = "LONGHU_BANK")]
    pub bank: String,
    /// The bank's time zone: of a new bank [default: Asia/Shanghai], otherwise checked against its log.
    #[arg(long, value_name = "IANA", env = "LONGHU_ZONE")]
    pub zone: Option<String>,
    /// The bank's currency: of a new bank [default: CNY], otherwise checked against its log.
    #[arg(long, value_name = "ISO4217", env = "LONGHU_CURRENCY")]
    pub currency: Option<String>,
}

/// The newest that a state folder remembers of a bank's log.
pub fn last_known_of(state_dir: &Path, bank: &str) -> Result<Option<Acknowledged>, Failure> {
    last_known(state_dir, bank).map_err(|error| chain(&error))
}

impl BankArgs {
    /// A bank of this id, with the zone and the currency of a new one.
    pub fn new(id: &str) -> BankArgs {
        BankArgs { bank: id.to_owned(), zone: None, currency: None }
    }

    /// The bank that would be founded.
    pub fn to_found(&self) -> Result<Bank, Failure> {
        let zone = self.zone.clone().unwrap_or_else(|| NEW_ZONE.to_owned());
        let currency = self.given_currency()?.or_else(|| Currency::parse(NEW_CURRENCY));
        let currency = currency.ok_or_else(|| Failure::usage("a bank needs a currency"))?;
        Ok(Bank { id: self.bank.clone(), zone, currency })
    }

    fn given_currency(&self) -> Result<Option<Currency>, Failure> {
        let Some(text) = &self.currency else { return Ok(None) };
        let wrong = || {
            Failure::usage(format!("`{text}` is not a currency"))
                .next("give the ISO 4217 code, three upper-case letters, such as CNY")
        };
        Currency::parse(text).ok_or_else(wrong).map(Some)
    }

    /// Opens the bank's log at a NATS address and reads which bank it is of. Refuses a log that does not
    /// exist, is empty, or is of another bank.
    pub async fn open(&self, nats: &str) -> Result<(Log, Bank), Failure> {
        let given = self.given_currency()?;
        let log = Log::connect(LogConfig::new(nats, &self.bank)).await.map_err(|error| chain(&error))?;
        let named = bank_of(&log).await.map_err(|error| chain(&error))?;
        let named = named.ok_or_else(|| chain(&StartError::NotBegun { bank: self.bank.clone() }))?;
        let configured = Bank {
            id: self.bank.clone(),
            zone: self.zone.clone().unwrap_or_else(|| named.zone.clone()),
            currency: given.unwrap_or(named.currency),
        };
        if named == configured {
            return Ok((log, named));
        }
        let (named, configured) = (Box::new(named), Box::new(configured));
        Err(chain(&StartError::OtherBank { named, configured }))
    }

    /// The same as [`BankArgs::open`]. If there is no log, the failure says what is remembered of it.
    pub async fn open_known(&self, nats: &str, known: Option<Acknowledged>) -> Result<(Log, Bank), Failure> {
        self.open(nats).await.map_err(|mut failure| {
            if let Some(known) = known.filter(|_| failure.what.contains("(LOG_NOT_BEGUN)")) {
                let Acknowledged { position, hash, .. } = known;
                failure.details.push(format!(
                    "it had one: {position} was acknowledged (batch hash {hash}), so the log was emptied, or is elsewhere"
                ));
            }
            failure
        })
    }

    /// Opens the bank's log, and creates an empty one if there is none.
    pub async fn create(&self, nats: &str) -> Result<Log, Failure> {
        Log::create(LogConfig::new(nats, &self.bank)).await.map_err(|error| chain(&error))
    }

    /// Founds the bank: its log is created if there is none, and begins with the bank's entry.
    pub async fn found(&self, nats: &str) -> Result<(Log, Bank, Founded), Failure> {
        let log = self.create(nats).await?;
        let bank = self.to_found()?;
        let founded = found(&log, &bank, system_clock()).await;
        let founded = founded.map_err(|error| chain(&error))?;
        Ok((log, bank, founded))
    }
}
