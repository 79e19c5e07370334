//! Tests of the store on a real disk, in one binary. `crash` starts this binary again as the process that it
//! kills.

mod commit;
mod crash;
mod damage;
mod full_disk;
