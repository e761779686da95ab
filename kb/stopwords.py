"""English words that say nothing about what is sought; they are left out of queries, never out of articles.

Question words and "can" or "should" are not among them: titles are questions, and "how" is not "why".
"""

from typing import Final

_WORDS: Final = """
a about after again all also am an and any are as at be because been before being both but by d did do does doing
done during each else ever few for from further get gets getting got had has have having he hello her here hers hi
him his i if in into is it its just let ll m me mine more most my no nor not of off on once only or other our ours
out over own please re s same she so some such t than thank thanks that the their theirs them then there these they
this those through to too under until up us ve very was we were while with yes you your yours aren couldn didn doesn
don hasn haven isn shouldn wasn weren won wouldn
"""

STOP_WORDS: Final = frozenset(_WORDS.split())
