"""Runs send one another inputs: models and plain types, received in order, or until a time limit."""

from prefect import flow
from prefect.input import RunInput, receive_input, send_input
from prefect.runtime import flow_run


class Message(RunInput):
    text: str


@flow
def child(to: str) -> None:
    for number in (1, 2):
        Message(text=f"hello {number}").send_to(to)
    send_input(5, flow_run_id=to)
    send_input("six", flow_run_id=to)


@flow
def pipeline() -> None:
    child(flow_run.id)
    received = Message.receive(timeout=0.5, poll_interval=0.1)
    print([message.text for message in received])
    print(list(receive_input(int, timeout=0.5, poll_interval=0.1)))
    for text in receive_input(str, timeout=0.5, poll_interval=0.1):
        print(text)
    print(list(receive_input(float, timeout=0.3, poll_interval=0.1)))


if __name__ == "__main__":
    pipeline()
