"""Which students are graded in a run, and whose earlier results their files go on with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from classroom import notebook_names

from .answers import ID
from .collect import Submission
from .results import Result, digest
from .roster import OF_PEOPLE, Person, pair
from .sheets import counted
from .versions import named as named_notebook

GONE = "not in this export: kept from an earlier run"


def refuse_others(
    submissions: Sequence[Submission], results: Mapping[str, Result], released: Mapping[str, object], to: Path
) -> None:
    """ValueError where nobody handed in one of the released notebooks, or where `to` holds another assignment.

    Both are told before anybody is graded: the first would give everybody no points, and the second would mix the
    points that are given by hand, and the rows of those who are in one of the exports only.
    """
    files, suite = [file for one in submissions for file in one.unasked], notebook_names([])
    handed_in = {name for file in files if (name := named_notebook(file, suite))}
    if handed_in and not any(one.notebooks for one in submissions):
        raise ValueError(
            f"nobody of {counted(len(submissions), 'student')} handed in {' or '.join(released)}, but some handed in "
            f"{' and '.join(sorted(handed_in))}. Give another export, or "
            f'NOTEBOOKS="{" ".join(sorted(name[:2] for name in handed_in))}".'
        )
    before = {name for result in results.values() for name in result.handed_in}
    now = {name for one in submissions for name in one.notebooks} or set(released)
    if before and not before & now:
        numbers = sorted(name[:2] for name in now)
        raise ValueError(
            f"{to} holds another assignment: {', '.join(sorted(before))}. Give this one a folder of its own: "
            f'the same command, with TO="graded/{"-".join(numbers)}" and NOTEBOOKS="{" ".join(numbers)}".'
        )


def follow_numbers(submissions: Sequence[Submission], results: dict[str, Result]) -> list[str]:
    """Let a student whose name has changed in Canvas or Moodle keep the row of before; return sentences about it.

    A system's number of a person decides. Such a submission takes the key of the earlier result. Where both keys have a
    result already, the older one is taken out of `results`.
    """
    here, told = {one.student for one in submissions}, []
    for one in submissions:
        own = {(system, one.ids[system]) for system in OF_PEOPLE if one.ids.get(system)}
        before = [name for name, old in results.items() if name not in here and own & set(old.ids.items())]
        if len(before) == 1 and one.student not in results:
            told.append(f"{one.student} has the number of {before[0]}, and goes on in this row.")
            one.notes.insert(0, f"is called {one.student} in the export now")
            one.ids["called"], one.student = one.student, before[0]
            continue
        for name in before:
            one.ids["called"] = name  # points by hand for this name count
            del results[name]
            told.append(
                f"{name} has the number of {one.student}, and isn't in this export: the row is left out. Move what you "
                f"gave it in answers.csv, and delete results/{name}.json."
            )
    return told


def gone(submissions: Sequence[Submission], results: Mapping[str, Result]) -> tuple[dict[str, list[str]], list[str]]:
    """Return {student: notes} of those whose results are kept though they aren't in this export, and a sentence."""
    names = sorted(results.keys() - {one.student for one in submissions})
    told = (
        f"Not in this export, and kept from an earlier run: {', '.join(names)}. "
        "Who has another name now has two rows: delete results/<student>.json of the old name."
    )
    return {name: [GONE] for name in names}, [told] * bool(names)


def to_be_graded(submissions, results, released, args):
    """Return {student: submission} of those who aren't graded yet, or not with these files, and those of --again."""
    again = [named(text, submissions) for text in args.again or ()]
    return {
        one.student: one
        for one in submissions
        if one.student in again
        or one.student not in results
        or results[one.student].digest != digest_of(one, released, args)
    }


def named(text: str, submissions: Sequence[Submission]) -> str:
    """Return the student that is meant by a row's name, a number or a person's name; ValueError if that isn't clear."""
    people = [
        Person(one.student, one.name or one.student, "", {}, [one.student, *one.ids.values()]) for one in submissions
    ]
    asked = Person(text, text, ids=[text])
    paired, doubts = pair([asked], people)
    if asked in paired:
        return paired[asked].label
    known = ", ".join(one.student for one in submissions)
    why = doubts.get(asked, "nobody who handed in something has this name")
    raise ValueError(f"AGAIN={text}: {why}. There are {known}.")


def part(cell):
    """Return what points and answers depend on: code and room for answers, and of other texts only the place.

    The links in a text are those of one release (make_release.py), and change with the next.
    """
    return cell if cell.cell_type == "code" or ID.fullmatch(cell.id) else cell.id


def digest_of(submission, released, args):
    """Return what a result depends on, as a short text: the notebooks, the release, and what the export says."""
    contents = {name: found.content for name, found in submission.notebooks.items()}
    released = {name: [part(cell) for cell in notebook.cells] for name, notebook in released.items()}
    said = [submission.name, submission.ids, submission.notes]
    said += [[name, found.time, found.late] for name, found in submission.notebooks.items()]
    return digest(contents, released, {"seconds": args.seconds, "said": said})
