//! Tests of whole imports: wrong mappings, wrong rows, people and units over several rows, order and parts of
//! rows, and Berka.

mod berka;
mod cases;
mod mappings;
mod people;
mod rows;
mod support;
mod tables;
mod units;
