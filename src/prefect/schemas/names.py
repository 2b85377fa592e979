"""Names for runs that got none: an adjective and an animal, easy to say and to tell apart."""

from __future__ import annotations

import random
from typing import Annotated

from pydantic import BeforeValidator

_ADJECTIVES = (
    "agile amber ample arctic autumn bold brave breezy bright brisk bronze calm candid careful cheerful chilly "
    "clever cobalt cosmic crimson curious daring dapper deft eager early earnest electric elegant fabled "
    "fearless fleet fluent frosty gentle gilded glad golden graceful grand hardy hasty hazel honest humble "
    "indigo ivory jaunty jolly keen kind lively loyal lucid lucky lunar mellow merry mighty misty modest mossy "
    "nimble noble olive opal patient pearly placid plucky polar polite proud quick quiet rapid ready robust "
    "rosy royal rustic sage scarlet serene sharp shiny silent silver sleek smart snowy solar spry stable "
    "steady sturdy sunny swift tidy tranquil trusty upbeat urban valiant velvet vivid warm wise witty young "
    "zesty"
).split()

_ANIMALS = (
    "albatross alpaca antelope badger bat bear beaver bee bison boar bobcat bustard camel caracal cat cheetah "
    "cicada civet cobra condor coot coyote crab crane cricket crow curlew deer dingo dolphin donkey dove "
    "dragonfly duck eagle eel egret elk emu falcon ferret finch firefly fox frog gazelle gecko gibbon goat "
    "goose grouse gull hare harrier hawk hedgehog heron hornet horse hyena ibex ibis iguana jackal jaguar jay "
    "kestrel kite kiwi koala lark lemur leopard lion lizard llama lobster loon lynx macaw magpie mallard "
    "marmot marten mole moose moth mouse narwhal newt nightjar ocelot octopus okapi orca oriole osprey otter "
    "owl oyster panda panther parrot pelican penguin pheasant pigeon plover pony puffin puma quail rabbit "
    "raccoon raven robin rook salmon seal shark sparrow spider squid stork swan swift tapir teal tern tiger "
    "toad toucan trout turtle viper vole walrus weasel whale wolf wombat wren yak zebra"
).split()


def random_name() -> str:
    """Return a name such as "quiet-otter". Names are not unique; ids are."""
    return f"{random.choice(_ADJECTIVES)}-{random.choice(_ANIMALS)}"


RunName = Annotated[str, BeforeValidator(lambda name: random_name() if name is None else name)]
"""The name of a run that is to be made. Clients send null where they have none; it gets one all the same."""
