"""All private messages, in ascending lists by person and by conversation."""

from collections import defaultdict

from sandbox.world.records import Message, conversation_of


class Messages:
    """Messages by id, by participant and by conversation."""

    def __init__(self) -> None:
        self.by_id: dict[int, Message] = {}
        self.all_ids: list[int] = []
        self.by_person: defaultdict[int, list[int]] = defaultdict(list)
        self.by_conversation: defaultdict[str, list[int]] = defaultdict(list)
        self._wrote: set[tuple[int, int]] = set()

    def add(self, message: Message) -> None:
        """Takes a message in; ids ascend, so every list stays sorted."""
        self.by_id[message.id] = message
        self.all_ids.append(message.id)
        for person in {message.sender, message.receiver}:
            self.by_person[person].append(message.id)
        self.by_conversation[message.conversation].append(message.id)
        self._wrote.add((message.sender, message.receiver))

    def between(self, one: int, other: int) -> list[int]:
        """The ids of two people's conversation, oldest first."""
        return self.by_conversation.get(conversation_of(one, other), [])

    def has_written(self, sender: int, receiver: int) -> bool:
        """Whether somebody has ever written to somebody."""
        return (sender, receiver) in self._wrote

    def hide(self, message: Message, person: int) -> None:
        """Deletes one participant's own copy."""
        if person not in message.hidden_from:
            message.hidden_from.append(person)
