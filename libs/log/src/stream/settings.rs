//! The settings of a bank's stream. It only compares configurations.

use crate::config::LogConfig;
use crate::names::Names;
use async_nats::jetstream::stream::{Config, DiscardPolicy, PersistenceMode, RetentionPolicy, StorageType};
use std::time::Duration;

/// NATS requires a duplicate window. Nothing here relies on it, since batches have no message id.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

/// The configuration of a new stream.
pub(super) fn wanted(config: &LogConfig, names: &Names) -> Config {
    Config {
        name: names.stream().to_owned(),
        subjects: vec![names.control_subject().to_string(), names.slots_wildcard()],
        description: Some(format!("longhu: the log of {}", names.bank())),
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        max_bytes: i64::try_from(config.max_bytes).unwrap_or(i64::MAX),
        max_messages: -1,
        max_messages_per_subject: -1,
        max_message_size: -1,
        max_consumers: -1,
        max_age: Duration::ZERO,
        duplicate_window: DUPLICATE_WINDOW,
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        num_replicas: config.replicas,
        ..Config::default()
    }
}

/// Which settings of an existing stream are wrong for a log that must be kept for good, in words; empty if it
/// can be used.
pub(super) fn problems(found: &Config, names: &Names) -> Vec<String> {
    let mut problems = Vec::new();
    let mut demand = |holds: bool, problem: String| {
        if !holds {
            problems.push(problem);
        }
    };
    demand(found.storage == StorageType::File, "its storage is memory instead of file".to_owned());
    demand(found.retention == RetentionPolicy::Limits, "its retention is not `limits`".to_owned());
    demand(found.discard == DiscardPolicy::New, "it discards old messages instead of new ones".to_owned());
    demand(found.max_age.is_zero(), format!("its messages expire after {} s", found.max_age.as_secs()));
    demand(
        found.max_messages_per_subject <= 0,
        format!("it keeps only {} messages per subject", found.max_messages_per_subject),
    );
    demand(found.deny_delete && found.deny_purge, "its messages can be deleted or purged".to_owned());
    demand(!found.allow_message_ttl, "its messages may carry a time to live".to_owned());
    demand(!found.no_ack, "it does not acknowledge".to_owned());
    demand(!found.sealed, "it is sealed".to_owned());
    demand(
        found.persist_mode != Some(PersistenceMode::Async),
        "it acknowledges before it writes (persist_mode async)".to_owned(),
    );
    demand(
        found.mirror.is_none() && found.sources.as_ref().is_none_or(Vec::is_empty),
        "it copies another stream".to_owned(),
    );
    demand(found.subject_transform.is_none(), "it renames subjects".to_owned());
    let mut subjects = found.subjects.clone();
    let mut needed = vec![names.control_subject().to_string(), names.slots_wildcard()];
    subjects.sort();
    needed.sort();
    demand(subjects == needed, format!("its subjects are {subjects:?} instead of {needed:?}"));
    problems
}

/// The existing configuration with a higher maximum size, if the configured maximum is higher than the
/// stream's.
pub(super) fn raised(found: &Config, config: &LogConfig) -> Option<Config> {
    let wanted = i64::try_from(config.max_bytes).unwrap_or(i64::MAX);
    let bounded = found.max_bytes > 0;
    (bounded && wanted > found.max_bytes).then(|| Config { max_bytes: wanted, ..found.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wanted_stream_has_no_problems() {
        let names = Names::of_bank("demo").unwrap();
        let config = LogConfig::new("nats://localhost:4222", "demo");
        assert_eq!(problems(&wanted(&config, &names), &names), Vec::<String>::new());
    }

    #[test]
    fn every_setting_that_could_lose_a_batch_is_named() {
        let names = Names::of_bank("demo").unwrap();
        let found = Config {
            storage: StorageType::Memory,
            retention: RetentionPolicy::WorkQueue,
            discard: DiscardPolicy::Old,
            max_age: Duration::from_secs(60),
            max_messages_per_subject: 1,
            no_ack: true,
            persist_mode: Some(PersistenceMode::Async),
            ..Config::default()
        };
        assert_eq!(problems(&found, &names).len(), 9);
    }

    #[test]
    fn bound_is_raised_and_never_lowered() {
        let names = Names::of_bank("demo").unwrap();
        let mut config = LogConfig::new("nats://localhost:4222", "demo");
        let found = wanted(&config, &names);
        assert!(raised(&found, &config).is_none());
        config.max_bytes *= 2;
        assert_eq!(raised(&found, &config).unwrap().max_bytes as u64, config.max_bytes);
        config.max_bytes /= 4;
        assert!(raised(&found, &config).is_none());
    }
}
