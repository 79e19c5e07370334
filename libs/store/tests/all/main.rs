//! The store on a real disk, in one test binary. `crash` starts this binary again as the process that it kills.

mod commit;
mod crash;
mod damage;
