#!/usr/bin/env bash
# Longhu with `buf curl`, which asks the server what its messages look like (gRPC reflection): events by one call and by
# a stream, the log, standings, and two calls that are refused, with the details. Begin as emit_and_query.py says, then:
#
#   deploy/examples/clients/emit_and_query.sh http://127.0.0.1:7070
#
# A server with principals wants `LONGHU_TOKEN`. Run it twice: the same ids count once.
set -euo pipefail
if ! command -v buf > /dev/null; then
    echo "buf is missing: \`pip install buf-bin\`, or get it from its makers' site" >&2
    exit 1
fi
server=${1:-http://127.0.0.1:7070}

# Plain http, so HTTP/2 from the first byte on. `--data @-` takes one message of JSON after the other from stdin.
call() {
    local header=()
    [ -z "${LONGHU_TOKEN:-}" ] || header=(--header "authorization: Bearer $LONGHU_TOKEN")
    buf curl --protocol grpc --http2-prior-knowledge "${header[@]}" --data @- "$server/$1"
}

# The details of a refusal are google.rpc messages in base64: their texts, which say enough to be read.
refused() {
    local line value
    while IFS= read -r line; do
        value=${line#*'"value": "'}
        [ "$value" = "$line" ] || line="         $(base64 --decode <<< "${value%%'"'*}" 2> /dev/null | tr --squeeze-repeats --complement '[:print:]' ' ')"
        echo "$line"
    done
}

card() {
    printf '{"source": "buf-cards", "id": "card-%s", "type": "%s", "occurredTime": "2026-02-03T02:00:00Z",
        "businessDate": {"year": 2026, "month": 2, "day": 3}, "branch": "chengdong", "subject": "buf-card-%s",
        "product": "gold", "credits": [{"employee": "%s", "role": "owner"}]}' "$1" "$3" "$1" "$2"
}

echo "one call, an outcome for each event; the second is of a type that there is not:"
echo "{\"events\": [$(card 1 e-001 card.issued), $(card 2 e-001 card.isued)]}" |
    call longhu.ingest.v1.IngestService/IngestEvents

echo "a stream, an acknowledgement for each message, in order:"
for number in 3 4; do
    echo "{\"events\": [$(card "$number" e-003 card.issued)]}"
done | call longhu.ingest.v1.IngestService/StreamEvents

echo "the end of the log, as it is stored:"
echo '{"last": 2}' | call longhu.ops.v1.LogService/TailLog

echo "standings:"
echo '{"contest": "spring-2026", "board": "employee", "pageSize": 3}' |
    call longhu.standings.v1.StandingsService/GetStandings

echo "two calls that are refused: ErrorInfo has the reason to act on, BadRequest the fields:"
echo '{"contest": "spring", "board": "employee"}' |
    call longhu.standings.v1.StandingsService/GetStandings 2>&1 | refused || echo "exit status $?"
echo '{"eventType": {"name": "Fund Sold"}}' |
    call longhu.control.v1.ControlService/ApplyEventType 2>&1 | refused || echo "exit status $?"
