//! Several projectors on one stream, each with its own store: at the same position they have the same
//! digests, while events, reversals, amendments and a backfill go on, and after a restart of one of them.

use std::collections::BTreeMap;
use std::time::Duration;

use longhu_core::Position;
use longhu_core::event::Event;
use longhu_core::types::pages::MemoryPages;
use longhu_store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::common::{self, Book, Broker, Node, back, cards, contest, eventually, seal};

const EMPLOYEES: usize = 30;
const BATCH: usize = 200;
const BATCHES: usize = 60;

/// What a projector answered about a contest without a running backfill, by position.
type Seen = BTreeMap<Position, Vec<String>>;

/// Asks again and again until it is cancelled.
fn look(node: &Node, contest: &'static str) -> (JoinHandle<Seen>, CancellationToken) {
    let (reader, end) = (node.reader.clone(), CancellationToken::new());
    let until = end.clone();
    let looking = tokio::spawn(async move {
        let (mut seen, mut published) = (Seen::new(), reader.subscribe());
        while !until.is_cancelled() {
            {
                let shard = reader.snapshot();
                if shard.subscribers().contest(contest).is_some_and(|served| served.next.is_none()) {
                    seen.insert(shard.head().position, common::digests(&shard, contest));
                }
            }
            tokio::select! {
                changed = published.changed() => changed.unwrap(),
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
        seen
    });
    (looking, end)
}

/// Events; some are sent twice, and some are reversed, a few of them before they arrive.
fn batch(number: usize) -> Vec<Event<'static>> {
    let first = number * BATCH;
    let mut events = cards(first..first + BATCH, EMPLOYEES);
    events.extend(cards(first / 2..first / 2 + 10, EMPLOYEES));
    events.extend((0..20).map(|nth| back(first / 3 + nth * 2)));
    events.extend((0..5).map(|nth| back(first + BATCH + nth * 9)));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_has_the_same_digests_at_the_same_position() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let mut book = Book::begin(&log, EMPLOYEES).await;
    book.decide(&[contest("spring", 1, 50_000)]).await;
    let one = Node::start(&log, &broker.store("one")).await;
    let two = Node::start(&broker.log("east").await, &broker.store("two")).await;
    let (of_one, end_one) = look(&one, "spring");
    let (of_two, end_two) = look(&two, "spring");
    for number in 0..BATCHES {
        book.events(&batch(number)).await;
        match number {
            // Other points: computed from the log again, while events go on.
            20 => drop(book.decide(&[contest("spring", 2, 30_000), contest("late", 1, 10_000)]).await),
            40 => drop(book.decide(&[contest("late", 2, 20_000), seal("late")]).await),
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    for node in [&one, &two] {
        node.reaches(book.last).await;
        node.is_done().await;
    }
    eventually("both say the same", async || one.standing("spring") == two.standing("spring")).await;
    assert_eq!(one.standing("late"), two.standing("late"));
    assert!(one.sealed("late").is_some());
    assert_eq!(one.sealed("late"), two.sealed("late"));
    end_one.cancel();
    end_two.cancel();
    let (of_one, of_two) = (of_one.await.unwrap(), of_two.await.unwrap());
    let common: Vec<&Position> = of_one.keys().filter(|position| of_two.contains_key(position)).collect();
    assert!(common.len() > 10, "they were seen at {} common positions", common.len());
    for position in common {
        assert_eq!(of_one[position], of_two[position], "at {position}");
    }
    // A projector that starts late and is restarted has the same as well.
    let (spring, late) = (one.standing("spring"), (one.standing("late"), one.sealed("late")));
    two.stop().await.unwrap();
    for store in ["two", "three"] {
        let node = Node::start(&log, &broker.store(store)).await;
        node.reaches(book.last).await;
        node.is_done().await;
        assert_eq!(node.standing("spring"), spring, "{store}");
        assert_eq!((node.standing("late"), node.sealed("late")), late, "{store}");
        node.stop().await.unwrap();
    }
    one.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_while_much_of_the_log_is_left_is_what_its_beginning_comes_to() {
    const MANY: usize = 800;
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let mut book = Book::begin(&log, EMPLOYEES).await;
    book.decide(&[contest("spring", 1, 50_000)]).await;
    let mut batches = BTreeMap::new();
    for number in 0..MANY {
        let events = cards(number * 25..(number + 1) * 25, EMPLOYEES);
        batches.insert(book.events(&events).await, events);
    }
    let node = Node::start(&log, &broker.store("one")).await;
    let (seen, end) = look(&node, "spring");
    node.reaches(book.last).await;
    end.cancel();
    let seen = seen.await.unwrap();
    let last = *batches.keys().next_back().unwrap();
    let early = seen.keys().filter(|position| position.sequence + 100 < last).count();
    assert!(early >= 1, "it was never seen with more than a hundred batches left");
    let mut first = common::organisation(EMPLOYEES);
    first.push(contest("spring", 1, 50_000));
    let (mut shard, pages) = (common::in_memory(&first, &[], &[]), MemoryPages::default());
    let mut batches = batches.into_iter().peekable();
    for (position, digests) in seen {
        while let Some((sequence, events)) = batches.next_if(|(sequence, _)| *sequence <= position.sequence) {
            for (index, event) in (0..).zip(&events) {
                let at = Position::new(sequence, index);
                shard.event(&pages, at, common::RECORDED, event).unwrap();
            }
        }
        shard.settle();
        assert_eq!(common::digests(&shard, "spring"), digests, "at {position}");
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_whose_checkpoint_is_of_another_form_is_folded_again_from_nothing() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let mut book = Book::begin(&log, EMPLOYEES).await;
    book.events(&batch(0)).await;
    book.decide(&[contest("spring", 1, 50_000)]).await;
    let node = Node::start(&log, &broker.store("one")).await;
    node.reaches(book.last).await;
    node.is_done().await;
    let before = node.standing("spring");
    node.stop().await.unwrap();
    Store::open(broker.store("one")).unwrap().commit(&[], &[0xff]).unwrap();
    let node = Node::start(&log, &broker.store("one")).await;
    node.reaches(book.last).await;
    node.is_done().await;
    assert_eq!(node.standing("spring"), before);
    node.stop().await.unwrap();
    assert!(Store::open(broker.store("one")).unwrap().checkpoint().unwrap().unwrap().len() > 1);
}
