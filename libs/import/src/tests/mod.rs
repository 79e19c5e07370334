//! Tests of whole imports: mappings that are wrong, rows that are wrong, people and units over
//! several rows, the order and the parts of rows, and Berka.

mod berka;
mod cases;
mod mappings;
mod people;
mod rows;
mod support;
mod tables;
mod units;
