#!/usr/bin/env python3
"""Longhu from Python, without generated code: the server tells what its messages look like (gRPC reflection).

It sends events, one call and a stream, reads why one of them and why a whole call were refused, follows the log up to
what it sent, and asks for standings. Begin with the quickstart's organisation and contest:

    longhu dev &
    longhu org apply deploy/examples/quickstart/organisation.toml
    longhu contest apply deploy/examples/quickstart/contest.toml
    python3 -m venv target/clients
    target/clients/bin/pip install --requirement deploy/examples/clients/requirements.txt
    target/clients/bin/python deploy/examples/clients/emit_and_query.py 127.0.0.1:7070

A server with principals wants `LONGHU_TOKEN`. Run it twice: the same ids count once.
"""

import os
import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


class Longhu:
    """Calls methods by their names, with messages as plain dictionaries (protobuf's JSON)."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        grpc.channel_ready_future(self.channel).result(timeout=10)
        self.pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        token = os.environ.get("LONGHU_TOKEN")
        self.metadata = [("authorization", f"Bearer {token}")] if token else []

    def call(self, name, *requests):
        """The answer of `package.Service/Method`; all answers, one after the other, if it answers with a stream."""
        service, method = name.split("/")
        method = self.pool.FindServiceByName(service).FindMethodByName(method)
        request = message_factory.GetMessageClass(method.input_type)
        response = message_factory.GetMessageClass(method.output_type)
        kinds = ("unary" if not method.client_streaming else "stream", "unary" if not method.server_streaming else "stream")
        call = getattr(self.channel, "_".join(kinds))(
            f"/{name}", request_serializer=request.SerializeToString, response_deserializer=response.FromString
        )
        messages = (json_format.ParseDict(one, request()) for one in requests)
        answer = call(messages if method.client_streaming else next(messages), timeout=30, metadata=self.metadata)
        return (as_dict(one) for one in answer) if method.server_streaming else as_dict(answer)

    def details(self, error):
        """Why a call was refused: the google.rpc messages that came with its status, by the ends of their names."""
        metadata = dict(error.trailing_metadata() or ())
        status = self.message("google.rpc.Status").FromString(metadata.get("grpc-status-details-bin", b""))
        found = {}
        for detail in status.details:
            name = detail.type_url.rpartition("/")[2]
            found[name.rpartition(".")[2]] = as_dict(self.message(name).FromString(detail.value))
        return found

    def message(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))


def as_dict(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def card(number, employee):
    """A gold card that somebody sold. The id is the adapter's own: sent again, it counts once."""
    return {
        "source": "python-cards",
        "id": f"card-{number}",
        "type": "card.issued",
        "occurred_time": "2026-02-03T02:00:00Z",
        "business_date": {"year": 2026, "month": 2, "day": 3},
        "branch": "chengdong",
        "subject": f"python-card-{number}",
        "product": "gold",
        "credits": [{"employee": employee, "role": "owner"}],
    }


def tell(outcomes):
    """What became of each event, in order; the last position that was taken."""
    last = None
    for outcome in outcomes:
        if "accepted" in outcome:
            last = outcome["accepted"]["position"]
            print(f"  accepted at {last['sequence']}.{last.get('index', 0)}")
        else:
            refused = outcome["rejected"]
            print(f"  refused: {refused['field']}: {refused['reason']} ({refused['code']})")
    return last


def main():
    longhu = Longhu(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7070")

    print("one call, an outcome for each event:")
    # A type that no catalogue has is refused; the others of the call are taken.
    wrong = card(3, "e-001") | {"type": "card.isued"}
    answer = longhu.call(
        "longhu.ingest.v1.IngestService/IngestEvents", {"events": [card(1, "e-001"), card(2, "e-003"), wrong]}
    )
    first = tell(answer["outcomes"])

    print("a stream, an acknowledgement for each message, in order:")
    messages = [{"events": [card(number, "e-003")]} for number in (4, 5)]
    for answer in longhu.call("longhu.ingest.v1.IngestService/StreamEvents", *messages):
        last = tell(answer["outcomes"])

    print("the log, as it is stored:")
    for entry in longhu.call("longhu.ops.v1.LogService/TailLog", {"from": first, "until": last}):
        position, event = entry["position"], entry.get("event", {})
        print(f"  {position['sequence']}.{position.get('index', 0)} {event.get('source')} {event.get('id')}")

    print("standings that hold what was sent:")
    # Without `min_position` the answer may be some milliseconds behind.
    answer = longhu.call(
        "longhu.standings.v1.StandingsService/GetStandings",
        {"contest": "spring-2026", "board": "employee", "min_position": last},
    )
    for row in answer["rows"]:
        print(f"  {row['rank']:>2} {row['participant']} {row['score']}")

    print("a whole call that is refused:")
    try:
        longhu.call("longhu.standings.v1.StandingsService/GetStandings", {"contest": "spring", "board": "employee"})
    except grpc.RpcError as error:
        tell_refusal(error, longhu.details(error))
    try:
        event_type = {"name": "Fund Sold", "required_fields": ["amount"]}
        longhu.call("longhu.control.v1.ControlService/ApplyEventType", {"event_type": event_type})
    except grpc.RpcError as error:
        tell_refusal(error, longhu.details(error))


def tell_refusal(error, details):
    """The status, its stable reason to act on, and each field that is wrong."""
    print(f"  {error.code().name} {details['ErrorInfo']['reason']}: {error.details()}")
    for violation in details.get("BadRequest", {}).get("field_violations", []):
        print(f"    {violation['field']}: {violation['description']}")


if __name__ == "__main__":
    main()
