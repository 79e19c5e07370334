//! Tests of whole imports: mappings that are wrong, rows that are wrong, the order and the parts of rows, and Berka.

mod berka;
mod mappings;
mod rows;
mod support;
