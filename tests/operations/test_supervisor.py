"""How soon what died is started again; that it is started again at all is shown in `test_up`."""

from helpdesk.operations.up.supervisor import Slot


def rests(*lives: float) -> list[float]:
    """The pauses after these lives of one process, in seconds."""
    slot = Slot(name="worker", child=None)
    return [slot.rest(lived) for lived in lives]


def test_rest_when_a_process_worked_and_was_killed_then_it_is_started_at_once_however_often():
    assert rests(11, 3600, 11, 11, 11, 11) == [0] * 6


def test_rest_when_a_process_ends_as_soon_as_it_starts_then_the_pauses_grow_to_a_few_seconds():
    assert rests(*[0.1] * 7) == [0.25, 0.5, 1, 2, 4, 4, 4]


def test_rest_when_a_process_ends_for_ever_then_the_pauses_stay_a_few_seconds():
    assert rests(*[0.1] * 5000)[-1] == 4


def test_rest_when_a_process_fared_well_for_a_while_then_its_former_deaths_are_forgotten():
    assert rests(1, 1, 1, 60, 1, 1) == [0.25, 0.5, 1, 0, 0.25, 0.5]
