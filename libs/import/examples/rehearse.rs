//! Measures how fast an import reads: it turns a million rows of sales into events, sends them nowhere, and
//! prints rows per second.
//!
//! `cargo run --release -p longhu-import --example rehearse`

use std::io::{self, BufWriter, Write};
use std::time::Instant;

const ROWS: u32 = 1_000_000;

const MAPPING: &str = r#"
[dates]
time = "12:00"
zone = "Asia/Shanghai"
[money]
currency = "CNY"
group = ","
[files.sales]
path = "sales.csv"
[[events]]
from = "sales"
when = "kind != test"
[[events.event]]
source = "core"
type = "wealth.sold"
id = "sale-{id}"
business_date = "{date}"
branch = "{branch|lower}"
amount = "{amount}"
credits = [{ employee = "{employee}", role = "seller" }]
"#;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let mapping = folder.path().join("mapping.toml");
    std::fs::write(&mapping, MAPPING)?;
    let mut file = BufWriter::new(std::fs::File::create(folder.path().join("sales.csv"))?);
    writeln!(file, "id,date,employee,branch,amount,kind,remark")?;
    for row in 0..ROWS {
        let (day, employee, thousands) = (row % 28 + 1, row % 5_000, row % 900 + 1);
        writeln!(
            file,
            "{row:09},2026-03-{day:02},e{employee:05},B{:03},\"{thousands},{:03}.50\",gold,城东",
            row % 200,
            row % 1_000
        )?;
    }
    file.flush()?;
    let started = Instant::now();
    let (events, codes) = longhu_import::rehearse(&mapping, folder.path()).map_err(io::Error::other)?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{events} events of {ROWS} rows, {:.0} rows/s, refused: {codes:?}", f64::from(ROWS) / seconds);
    Ok(())
}
