"""English words that say nothing of what a question is about."""

_WORDS = """
    a about above after again all also am an and any are aren as at be because been before being below between both
    but by can cannot could couldn d did didn do does doesn doing don done down during each ever explain few find
    for from further get gets give got had hadn has hasn have haven having he her here hers him his how however i if
    in into is isn it its itself just know let like ll m make makes may me might more most much must my need no nor
    not now of off on once one only or other our ours out over own please re s same she should shouldn show so some
    such t tell than that the their theirs them then there these they this those through to too under until up us
    use used uses using ve very want was wasn way we were weren what when where whether which who whom whose why
    will with within without won work works would wouldn you your yours
"""
ENGLISH = frozenset(_WORDS.split())
