//! Tests of whole imports: mappings that are wrong, rows that are wrong, people over
//! several rows, the order and the parts of rows, and Berka.

mod berka;
mod mappings;
mod people;
mod rows;
mod support;
