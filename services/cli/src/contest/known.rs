//! The contests that a server knows, for "did you mean" when an id is not among them.

use longhu_client::failure::{Exit, Failure};
use longhu_client::problems::nearest;
use longhu_client::server::Server;
use longhu_proto::wire::standings::v1::{ContestSummary, ListContestsRequest};
use tonic::Status;

/// All contests, page by page.
pub async fn contests(queries: &Server) -> Result<Vec<ContestSummary>, Status> {
    let (mut contests, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListContestsRequest { page_size: 100, page_token };
        let page = queries.ask(queries.standings().list_contests(request)).await?;
        contests.extend(page.contests);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(contests);
        }
    }
}

/// The failure for a contest, with the nearest id if there is no contest of this one.
pub async fn unknown(queries: &Server, contest: &str, failure: Failure) -> Failure {
    if failure.exit != Exit::NotFound {
        return failure;
    }
    // Without a list the failure is still true.
    let known = contests(queries).await.unwrap_or_default();
    let ids = known.iter().filter_map(|known| Some(known.definition.as_ref()?.id.as_str()));
    suggest(contest, ids, failure)
}

fn suggest<'k>(contest: &str, ids: impl Iterator<Item = &'k str>, failure: Failure) -> Failure {
    let ids: Vec<&str> = ids.collect();
    if ids.contains(&contest) {
        // Something else of the contest was not found.
        return failure;
    }
    match nearest(contest, ids) {
        Some(near) => failure.next(format!("did you mean `{near}`?")),
        // A server's message names the command already.
        None if failure.what.contains("longhu contest list") => failure,
        None => failure.next("see `longhu contest list`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_contest_is_suggested_and_advice_is_given_once() {
        let told = "not found: there is no contest `spring-2062`; see `longhu contest list`";
        let text = |id: &str, told: &str| {
            suggest(id, ["cards-1998", "spring-2026"].into_iter(), Failure::new(told)).text()
        };
        assert!(text("spring-2062", told).ends_with("next: did you mean `spring-2026`?\n"));
        assert_eq!(text("zebra", told), format!("error: {told}\n"));
        assert!(text("zebra", "not found").ends_with("next: see `longhu contest list`\n"));
    }
}
