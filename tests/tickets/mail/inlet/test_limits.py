from tickets.mail.inlet.limits import Limits


def test_enter_when_one_peer_has_its_share_then_others_are_still_served():
    limits = Limits(total=10, per_peer=2, per_minute=100)

    answers = [limits.enter("192.0.2.1") for _ in range(3)]

    assert answers == [True, True, False]
    assert limits.enter("192.0.2.2")


def test_leave_when_a_connection_ends_then_the_next_is_served():
    limits = Limits(total=1, per_peer=1, per_minute=100)
    limits.enter("192.0.2.1")

    limits.leave("192.0.2.1")

    assert limits.enter("192.0.2.1")


def test_enter_when_a_peer_comes_too_often_then_it_waits_out_the_minute():
    now = [0.0]
    limits = Limits(total=10, per_peer=10, per_minute=2, clock=lambda: now[0])

    def come() -> bool:
        if entered := limits.enter("192.0.2.1"):
            limits.leave("192.0.2.1")
        return entered

    answers = [come(), come(), come()]
    now[0] = 61.0
    answers.append(come())

    assert answers == [True, True, False, True]


def test_enter_when_the_peer_is_our_own_mail_server_then_only_the_total_counts():
    limits = Limits(total=5, per_peer=1, per_minute=1)

    answers = [limits.enter("127.0.0.1") for _ in range(6)]

    assert answers == [True] * 5 + [False]
