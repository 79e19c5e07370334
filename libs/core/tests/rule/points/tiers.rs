//! The points `tiers`: the points at the edges of each tier, for the whole volume and by parts.

use longhu_core::contest::{Measure, Points, Tier, TierKind, Tiers};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{POINT, contest, counts, figure, points};

fn tier(from: i64, to: Option<i64>, points: i64, per: i64, fixed: i64) -> Tier {
    Tier {
        from_e4: from * POINT,
        to_e4: to.map(|to| to * POINT),
        points_e4: points * POINT,
        per_e4: per * POINT,
        fixed_e4: fixed * POINT,
    }
}

/// The points for a number of cards.
fn worth(kind: TierKind, steps: &[Tier], cards: i64) -> i128 {
    let points = Points::Tiers(Tiers { kind, steps: steps.to_vec() });
    let scenario = Scenario::of(contest(vec![counts("cards", Measure::Quantity(measure::Quantity), points)]));
    let scenario = scenario.cards("1", 3, cards - 1, "wang").cards("2", 4, 1, "wang");
    let says = scenario.says();
    // Events have no points of their own.
    assert!(says.credits.iter().all(|credit| credit.points == 0));
    figure(&says, "wang").points
}

/// Up to 10: 1 point each. Up to 20: 2 each, and 5 once for reaching 10. Above: 3 each.
fn steps() -> [Tier; 3] {
    [tier(0, Some(10), 1, 1, 0), tier(10, Some(20), 2, 1, 5), tier(20, None, 3, 1, 0)]
}

#[test]
fn marginal_tiers_apply_to_each_part_separately() {
    let worth = |cards| worth(TierKind::Marginal, &steps(), cards);
    assert_eq!(worth(9), points(9));
    // 10 at 1, none at 2, and 5 for reaching 10.
    assert_eq!(worth(10), points(15));
    assert_eq!(worth(11), points(10 + 2 + 5));
    assert_eq!(worth(20), points(10 + 20 + 5));
    assert_eq!(worth(25), points(10 + 20 + 5 + 15));
    assert_eq!([worth(0), worth(-4)], [0, 0]);
}

#[test]
fn whole_volume_tiers_apply_the_reached_rate_to_everything() {
    let worth = |cards| worth(TierKind::WholeVolume, &steps(), cards);
    assert_eq!([worth(9), worth(10), worth(19)], [points(9), points(25), points(43)]);
    assert_eq!([worth(20), worth(25), worth(-4)], [points(60), points(75), 0]);
}

#[test]
fn below_the_first_tier_there_are_no_points_and_the_sum_is_rounded_once() {
    // From 2 on, both tiers give a point per 3. By parts, 5 cards give 2/3 and 1/3 of a point, together 1.
    let steps = [tier(2, Some(4), 1, 3, 0), tier(4, None, 1, 3, 0)];
    assert_eq!([1, 2, 3].map(|cards| worth(TierKind::Marginal, &steps, cards)), [0, 0, 3_333]);
    assert_eq!(worth(TierKind::Marginal, &steps, 5), points(1));
    assert_eq!([1, 2].map(|cards| worth(TierKind::WholeVolume, &steps, cards)), [0, 6_667]);
}
