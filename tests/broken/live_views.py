"""Views that follow by themselves, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

PARKING = "tests/test_parking.py"
FOLLOWING = "tests/test_following.py"
CLI_FOLLOW = "tests/test_cli_follow.py"
APART = "tests/test_views_apart.py"
SOAK = "tests/test_soak.py"

BREAKS = [
    Break(
        bug="What a customer did just before the event that is not taken is lost with it.",
        shown_by=f"{PARKING}::test_a_customer_with_an_event_that_no_view_takes_waits_"
        "and_all_others_go_on",
        file="vip_domain/views/folding.py",
        was="taken = True",
        becomes="taken = False",
        only="memory",
    ),
    Break(
        bug="Events behind the one that is not taken are folded, when they come together.",
        shown_by=f"{PARKING}::test_later_events_of_a_parked_customer_wait",
        file="vip_domain/views/folding.py",
        was="                break\n",
        becomes="                continue\n",
        only="memory",
    ),
    Break(
        bug="Rows are committed before the position they stand at.",
        shown_by=f"{PARKING}::test_who_is_parked_is_written_with_rows_and_position_or_not_at_all",
        file="vip_domain/views/follower.py",
        was='            reach("fold.rows")\n',
        becomes='            connection.exec_driver_sql("COMMIT")\n'
        '            connection.exec_driver_sql("BEGIN")\n',
    ),
    Break(
        bug="Up to the event that is not taken a row is folded from nothing.",
        shown_by=f"{PARKING}::test_batches_of_any_size_park_the_same",
        file="vip_domain/views/folding.py",
        was="taken, after = False, before",
        becomes="taken, after = False, None",
    ),
    Break(
        bug="Who was retried waits still.",
        shown_by=f"{PARKING}::test_a_retry_after_the_fix_is_as_if_nothing_had_been",
        file="vip_domain/views/feeding.py",
        was="    parking.release(connection, generation, vip_ids)\n",
        becomes="",
        only="sqlite",
    ),
    Break(
        bug="A rebuild takes who needs not wait any longer for a difference.",
        shown_by=f"{PARKING}::test_a_rebuild_after_the_fix_lets_everybody_go_on",
        file="vip_domain/views/rebuild.py",
        was="        retry(self.follower)\n",
        becomes="",
        only="sqlite",
    ),
    Break(
        bug="A rebuild folds the events that the view passes over.",
        shown_by=f"{PARKING}::test_a_skipped_event_is_passed_over_for_good",
        file="vip_domain/views/rebuild.py",
        was="plan = prepare(self.log_path, folder, projection, last, skips)",
        becomes="plan = prepare(self.log_path, folder, projection, last, ())",
        only="sqlite",
    ),
    Break(
        bug="Why an event was skipped is kept as the error it was skipped for.",
        shown_by=f"{PARKING}::test_who_skipped_which_event_and_why_is_kept",
        file="vip_domain/views/reports.py",
        was="reason=reason",
        becomes="reason=self.error",
        only="memory",
    ),
    Break(
        bug="A rebuild loses who stopped.",
        shown_by=f"{PARKING}::test_a_rebuild_and_a_check_park_as_following_does",
        file="vip_domain/views/load.py",
        was="            connection.execute(LOAD_PARKED, (*generation.key.values(), now))\n",
        becomes="",
        only="sqlite",
    ),
    Break(
        bug="That somebody would be parked is no difference.",
        shown_by=f"{PARKING}::test_a_rebuild_with_a_new_bug_does_not_switch",
        file="vip_domain/views/compare.py",
        was="        *_parked(connection, live, rebuilt),\n",
        becomes="",
    ),
    Break(
        bug="An event whose bytes have no end is an error of the library.",
        shown_by=f"{PARKING}::test_a_command_to_a_customer_that_nobody_can_read_is_one_clear_error",
        file="vip_domain/codec.py",
        was="        stored = decoder(state)\n"
        "    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError)",
        becomes="        stored = decoder(state)\n"
        "    except (msgspec.DecodeError, UnicodeDecodeError)",
        only="memory",
    ),
    Break(
        bug="Of many commands none is recorded when one customer cannot be read.",
        shown_by=f"{PARKING}::test_of_many_commands_only_those_to_such_a_customer_fail",
        file="vip_domain/store/work.py",
        was="except (CommandRefused, UnreadableEvent) as refused",
        becomes="except CommandRefused as refused",
        only="memory",
    ),
    Break(
        bug="A view follows to where the log ended when it began, and no further.",
        shown_by=f"{FOLLOWING}::test_views_follow_without_being_asked",
        file="vip_domain/views/following.py",
        was="elif position is None or position < last:",
        becomes="elif position is None:",
        only="memory",
    ),
    Break(
        bug="Who follows looks at the log once, and then only at what this process appends.",
        shown_by=f"{CLI_FOLLOW}::test_a_follower_sees_what_other_processes_append_"
        "and_ends_when_told",
        file="vip_domain/views/following.py",
        was="watch.wait(LOOK)",
        becomes="self._log.bell.wait(self._log.bell.rings, 600.0)",
        only="sqlite and 15",
    ),
    Break(
        bug="A lease that somebody else has is given too.",
        shown_by=f"{FOLLOWING}::test_one_follower_is_active_and_the_next_one_takes_over",
        file="vip_domain/views/lease.py",
        was="                return False\n",
        becomes="                return True\n",
        only="sqlite",
    ),
    Break(
        bug="Who stands by asks once whether it may take over, and never again.",
        shown_by=f"{CLI_FOLLOW}::test_when_the_active_follower_is_killed_the_next_one_takes_over",
        file="vip_domain/views/following.py",
        was="active, position = self._leases.take(one.name), one.state.position",
        becomes="active, position = one.state.active, one.state.position\n"
        "        active = active or not one.state.last and self._leases.take(one.name)",
        only="sqlite",
    ),
    Break(
        bug="Who waits for a position does not fold.",
        shown_by=f"{FOLLOWING}::test_a_receipts_position_can_be_waited_for",
        file="vip_domain/views/waiting.py",
        was="each.catch_up(lambda: time.monotonic() < deadline)",
        becomes="each.catch_up(lambda: False)",
        only="memory",
    ),
    Break(
        bug="Who waits for a position that nobody has written does not wait.",
        shown_by=f"{FOLLOWING}::test_a_position_is_waited_for_until_it_is_there",
        file="vip_domain/views/waiting.py",
        was="    if not behind:\n",
        becomes="    if behind or not behind:\n",
        only="memory",
    ),
    Break(
        bug="Events that change no row do not move the view on.",
        shown_by=f"{FOLLOWING}::test_a_position_can_be_waited_for_though_no_row_changed",
        file="vip_domain/views/memory_follower.py",
        was="                self._keep(self._fold().batch(batch, self._known, "
        "self.parked.keys().__and__))\n",
        becomes="                folded = self._fold().batch(batch, self._known, "
        "self.parked.keys().__and__)\n"
        "                self._keep(folded)\n"
        "                if not folded.rows:\n"
        "                    break\n",
        only="memory",
    ),
    Break(
        bug="A subscriber that has read everything misses the next event.",
        shown_by=f"{FOLLOWING}::test_a_subscriber_gets_every_event_once_and_in_order",
        file="vip_domain/store/subscription.py",
        was="self._log.read(self.position, BATCH)",
        becomes="self._log.read(self.position + 1, BATCH)",
        only="memory",
    ),
    Break(
        bug="A subscriber is not told of an event that cannot be read.",
        shown_by=f"{FOLLOWING}::test_a_subscriber_hears_of_an_event_it_cannot_read",
        file="vip_domain/store/subscription.py",
        was="return (each if isinstance(each, Unreadable) else next(told) for each in read)",
        becomes="return told",
        only="memory",
    ),
    Break(
        bug="Of several views that lie apart one alone knows which event it stands at.",
        shown_by=f"{APART}::test_a_store_answers_the_same_wherever_its_views_are",
        file="vip_domain/views/apart.py",
        was="delete(stands_at).where(stands_at.c.view == view)",
        becomes="delete(stands_at)",
        only="sqlite",
    ),
    Break(
        bug="Rows and position are committed before the event they stand at.",
        shown_by=f"{APART}::test_what_views_stand_at_is_written_with_their_rows_or_not_at_all",
        file="vip_domain/views/follower.py",
        was='        if self._apart and "position" in values:\n',
        becomes='        if self._apart and "position" in values:\n'
        '            connection.exec_driver_sql("COMMIT")\n'
        '            connection.exec_driver_sql("BEGIN")\n',
        only="sqlite",
    ),
    Break(
        bug="Who follows ends before its first batch.",
        shown_by=f"{APART}::test_who_follows_them_folds_what_others_append",
        file="vip_domain/views/following.py",
        was="lambda: not self._stopped.is_set()",
        becomes="self._stopped.is_set",
        only="sqlite",
    ),
    Break(
        bug="Views are taken for this log's when they kept any event of their position.",
        shown_by=f"{APART}::test_views_of_another_log_are_refused",
        file="vip_domain/views/apart.py",
        was="if kept is None or kept != log.hash_at(position):",
        becomes="if kept is None:",
        only="sqlite",
    ),
    Break(
        bug="Views that are ahead of their log are asked as ever.",
        shown_by=f"{APART}::test_a_log_that_is_put_back_while_somebody_reads_is_noticed",
        file="vip_domain/views/follower.py",
        was="        if position > last:\n",
        becomes="        if False:\n",
        only="sqlite",
    ),
    Break(
        bug="A view is said to stand one event further than it does.",
        shown_by=f"{SOAK}::test_every_event_reaches_everybody_once_and_in_order",
        file="vip_domain/views/follower.py",
        was="self.update(connection, position=batch[-1].position)",
        becomes="self.update(connection, position=batch[-1].position + 1)",
        only="sqlite",
    ),
    Break(
        bug="A soak does not look for events that somebody never had.",
        shown_by=f"{SOAK}::test_a_reader_that_passes_what_is_not_committed_yet_is_found_out",
        file="tests/soak/findings.py",
        was="    missed = [position for position in range(1, last + 1) if position not in times]\n",
        becomes="    missed: list[int] = []\n",
    ),
]
