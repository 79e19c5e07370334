//! The bank on the command line: its id, and where its log is.

use longhu_client::failure::{Failure, chain};
use longhu_core::control::Bank;
use longhu_core::types::money::Currency;
use longhu_log::{Log, LogConfig};

/// The bank and its log.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Bank")]
pub struct BankArgs {
    /// The bank's id: lower-case letters, digits and `-`. It names the bank's stream.
    #[arg(long, value_name = "ID", default_value = "dev", env = "LONGHU_BANK")]
    pub bank: String,
    /// The bank's time zone. A new log is bound to it.
    #[arg(long, value_name = "IANA", default_value = "Asia/Shanghai", env = "LONGHU_ZONE")]
    pub zone: String,
    /// The bank's currency. A new log is bound to it.
    #[arg(long, value_name = "ISO4217", default_value = "CNY", env = "LONGHU_CURRENCY")]
    pub currency: String,
}

impl BankArgs {
    /// The bank.
    pub fn bank(&self) -> Result<Bank, Failure> {
        let currency = Currency::parse(&self.currency).ok_or_else(|| {
            Failure::usage(format!("`{}` is not a currency", self.currency))
                .next("give the ISO 4217 code, three upper-case letters, such as CNY")
        })?;
        Ok(Bank { id: self.bank.clone(), zone: self.zone.clone(), currency })
    }

    /// Opens the bank's log at a NATS address.
    pub async fn open_log(&self, nats: &str) -> Result<Log, Failure> {
        Log::connect(LogConfig::new(nats, &self.bank)).await.map_err(|error| chain(&error))
    }
}
