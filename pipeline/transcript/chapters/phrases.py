"""How people open a subject, by language: the words that questions begin with, and what a title leaves out.

Words are compared by `normal`. A language without a table knows whole questions only.
"""

from dataclasses import dataclass, field

#: Phrases by the first word of each, the longest first.
Phrases = dict[str, list[tuple[str, ...]]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> Phrases:
    found: Phrases = {}
    for phrase in sorted((tuple(each.split()) for each in text.split(",")), key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return found


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `marks` are what it writes before a question, and before its question mark."""

    asking: frozenset[str] = frozenset()  # what, why
    inverted: frozenset[str] = frozenset()  # verbs that open a question for yes or no
    adverbs: frozenset[str] = frozenset()  # of these, how: a verb follows, or one of `grading`
    grading: frozenset[str] = frozenset()
    verbs: tuple[str, ...] = ()  # endings of a verb that asks for who does it: what makes
    openers: frozenset[str] = frozenset()  # so, well: nothing is lost without them
    lead_ins: Phrases = field(
        default_factory=dict
    )  # I wonder: a question follows, none by its form
    naming: Phrases = field(default_factory=dict)  # let's talk about: the subject follows
    cutting: frozenset[str] = frozenset()  # because, when: a phrase may end before them
    joining: frozenset[str] = frozenset()  # and: likewise, where another question follows
    people: frozenset[str] = frozenset()  # I, you: a clause of their own begins after `joining`
    pointing: frozenset[str] = frozenset()  # the, some: with one word more they name nothing
    leading: frozenset[str] = frozenset()  # for, with: nobody begins a title so
    adverts: Phrases = field(default_factory=dict)  # brought to you by
    dangling: frozenset[str] = frozenset()  # of, the: a phrase that was cut does not end with them
    referring: frozenset[str] = frozenset()  # it, they: who reads only the title does not know whom
    filling: Phrases = field(default_factory=dict)  # you know: nobody writes it
    opening_mark: str = ""
    gap: str = ""


_ENGLISH = Language(
    asking=_words(
        "what what's what're who who's whose which where where's when when's why why's how how's how'd"
    ),
    inverted=_words(
        "is isn't are aren't was wasn't were do don't does doesn't did didn't can could will would "
        "should has have"
    ),
    adverbs=_words("how why when where"),
    grading=_words(
        "much many long often far big hard close good well serious important soon quickly fast early "
        "old large likely easy difficult confident sure different deep strong high small come"
    ),
    verbs=("s", "ed"),
    openers=_words(
        "so well and but okay ok now yeah yes right oh um uh like actually then also first maybe "
        "alright all just great cool interesting wow anyway sure hmm no or because"
    ),
    lead_ins=_phrases(
        "i'm curious,i am curious,i wonder,i'm wondering,i was wondering,curious,my question is,"
        "the question is,i want to know,i'd love to know,i'd love to hear,i want to hear,tell me,tell us,"
        "tell me about,tell us about,talk about,talk to us about,talk to me about,can you explain,"
        "could you explain,to explain,want to explain,do you know,to understand,to know,to hear,"
        "the question of"
    ),
    naming=_phrases(
        "talk about,talk a bit about,talk a little bit about,talk a little about,talk more about,"
        "talk us through,walk me through,walk us through,chat about,chat a bit about,speak to,touch on,"
        "touch upon,ask about,ask you about,ask you a bit about,ask you a little bit about,hear about,"
        "hear more about,tell me about,tell us about,tell me more about,tell us more about,"
        "tell me a bit about,tell us a bit about,tell me a little bit about,tell us a little bit about,"
        "curious about,question about,question on,question is about,questions about,questions around,"
        "shift to,turn to,shifting to,turning to,moving on to,move on to,move to,let's go to,"
        "dive into,dig into,start with,the topic of,the subject of,discuss,"
        "your thoughts on,your views on,your view on,your take on,your perspective on,your opinion on,"
        "your experience with,your experience of,your approach to,your advice on,the story of,"
        "the story behind,known for,what about,how about,the idea of,the concept of,the importance of,"
        "the role of,the notion of,the problem of,the challenge of,the process of,speaking of,"
        "book on,book about,paper on,paper about,post on,post about,essay on,essay about,article on,"
        "article about,wrote about,written about"
    ),
    cutting=_words("because when if which while since after before unless although though whereas"),
    joining=_words("and or but so"),
    people=_words(
        "i i'm i'd i've you you're you've we we're they they're he she it it's then also"
    ),
    pointing=_words(
        "a an the very exciting some your my our their his her any few couple many several certain "
        "various more different two three next first last"
    ),
    leading=_words(
        "for to with in on at from by as of into about like than or and but so if because that being "
        "before after until"
    ),
    adverts=_phrases("brought to you by,sponsor,sponsors,sponsored,promo code,discount code"),
    dangling=_words(
        "a an the of to in on for with from at by about into as than that and or but is are was were be "
        "been do does did have has had can could will would should may might must my your our their "
        "his her its i you we they he she it this these those some any no not so very really just also "
        "kind sort lot bit who which what where when why how if because your there's i'm you're we're "
        "it's that's don't doesn't more most one between over under through during like up out around "
        "actually even still only such other another each every all both"
    ),
    referring=_words(
        "it it's its it'll this that that's these those they they're them their theirs he he's him his "
        "she she's her hers there there's here one ones such same thing things stuff something "
        "everything anything someone somebody nothing else then thereof other others another i i'm i've "
        "i'd i'll me my mine myself us that'll they've they'll they'd he'd she'd area areas point points "
        "topic topics question questions answer answers note notes moment next last first both"
    ),
    filling=_phrases(
        "you know,i mean,sort of,kind of,like,um,uh,er,basically,literally,i guess,i think,"
        "okay,yeah,gonna,wanna,just,a little bit,a bit,or whatever,and so on,at all,"
        "maybe,obviously,quote,unquote,kinda,sorta,for a moment,for a second,for a minute,versus,"
        "to mind,listeners,find you,reach you,reach out,show notes,imagine,believe,guys,gosh,the hell,damn,"
        "you mean,you say,you said,you guess,we talked,we discussed,you mentioned,y'all,"
        "do you remember,do you know"
    ),
)
_GERMAN = Language(
    asking=_words(
        "was wer wen wem wessen welche welcher welches welchen welchem wo woher wohin wann warum wieso "
        "weshalb wie womit wofür woran worüber wovon wozu wodurch worum"
    ),
    inverted=_words(
        "ist sind war waren hat haben habt hast kann können könnt kannst wird werden würde würden soll "
        "sollte sollten muss müssen darf dürfen gibt macht"
    ),
    verbs=("t", "te", "ten", "en"),
    openers=_words(
        "also und aber ja nein na naja nun gut okay ok genau so oh äh ähm hm dann jetzt oder denn super "
        "schön klar eben halt"
    ),
    lead_ins=_phrases(
        "ich frage mich,mich interessiert,mich würde interessieren,mich würde mal interessieren,"
        "meine frage ist,die frage ist,erzähl mal,erzähl uns,erzählen sie,erklär mal,sag mal"
    ),
    naming=_phrases(
        "sprechen wir über,reden wir über,lass uns über,lasst uns über,lassen sie uns über,"
        "kommen wir zu,kommen wir zum,kommen wir zur,wechseln wir zu,das thema,dem thema,zum thema,"
        "erzähl uns von,erzähl mir von,erzähl mal von,erzählen sie von,es geht um,geht es um,frage zu,"
        "frage zum,frage zur,die geschichte von"
    ),
    cutting=_words(
        "weil wenn dass ob sondern damit obwohl während bevor nachdem sprechen reden unterhalten "
        "spricht redet"
    ),
    joining=_words("und aber oder"),
    people=_words("ich du er sie es wir ihr man dann auch"),
    pointing=_words(
        "der die das den dem des ein eine einen einem einer eines dein deine deinen deinem deiner euer "
        "eure ihr ihre ihren ihrem mein meine unser unsere paar einige mehrere"
    ),
    leading=_words(
        "für mit in im an am auf aus bei zu zum zur von vom über unter nach um als wie dass"
    ),
    adverts=_phrases("werbung,gesponsert,sponsor,sponsoren,rabattcode,präsentiert von"),
    dangling=_words(
        "ein eine einen einem einer eines der die das den dem des und oder aber von zu zum zur in im an "
        "am auf für mit aus bei über unter durch um nach vor als wie ist sind war waren hat haben wird "
        "werden sehr ganz so nicht kein keine mein dein sein ihr unser euer auch noch nur schon mal"
    ),
    referring=_words(
        "es er sie ihn ihm ihnen ihr das dies diese dieser dieses diesen diesem jene jener jenes sein "
        "seine seinen seinem ihre ihren ihrem da dort hier davon dafür damit daran darüber dabei "
        "dadurch darauf dazu ding dinge sache sachen etwas was's ich mich mir mein meine meinen so "
        "sowas dasselbe derselbe"
    ),
    filling=_phrases(
        "äh,ähm,hm,halt,quasi,sozusagen,irgendwie,weißt du,sag ich mal,eigentlich,eben,mal,naja,ja,"
        "genau,okay,also,ne,oder so"
    ),
)
_FRENCH = Language(
    asking=_words(
        "comment pourquoi qui que quoi où quand quel quelle quels quelles combien qu'est-ce "
        "est-ce lequel laquelle"
    ),
    inverted=_words("est-ce-que peut-on faut-il y-a-t-il a-t-on"),
    verbs=("",),  # French and Spanish ask without another order of words
    openers=_words(
        "alors donc et mais bon ben oui non ouais voilà ok okay euh hum eh bien bah puis ensuite super "
        "justement du coup"
    ),
    lead_ins=_phrases(
        "je me demande,je me demandais,ma question est,la question est,dis-moi,dites-moi,dis-nous,"
        "dites-nous,explique-nous,expliquez-nous,j'aimerais savoir,je voudrais savoir"
    ),
    naming=_phrases(
        "parlons de,parlons du,parler de,parler du,passons à,passons au,venons-en à,venons-en au,"
        "raconte-nous,racontez-nous,la question de,la question du,le sujet de,le sujet du,l'histoire de,"
        "l'histoire du,l'idée de"
    ),
    cutting=_words("parce quand si puisque lorsque alors avant après car"),
    joining=_words("et mais ou"),
    people=_words("je j'ai tu il elle on nous vous ils elles c'est ça ensuite aussi"),
    pointing=_words(
        "le la les un une des ton ta tes votre vos mon ma mes notre nos leur leurs quelques plusieurs "
        "certains certaines deux trois"
    ),
    leading=_words("pour avec dans en sur à au aux par chez de du des comme que"),
    adverts=_phrases("sponsor,sponsorisé,sponsorisée,partenaire,code promo"),
    dangling=_words(
        "un une des le la les l' de du d' à au aux en dans sur sous pour par avec sans chez vers et ou "
        "mais est sont était a ont très plus moins pas ne ce cette ces mon ma mes ton ta tes son sa ses "
        "notre votre leur leurs qui que quoi dont où si"
    ),
    referring=_words(
        "il elle ils elles le la-dessus les lui leur eux ce c'est cela ça ceci celui celle ceux celles "
        "cet cette ces son sa ses leurs y en ici là là-bas chose choses truc trucs quelque-chose "
        "je j'ai j' me moi mon ma mes ça"
    )
    - _words("le les en"),
    filling=_phrases(
        "euh,heu,hum,ben,bah,tu vois,vous voyez,tu sais,vous savez,en fait,du coup,genre,quoi,hein,"
        "voilà,je veux dire,un peu,enfin,bon"
    ),
    gap="\u202f",
)
_SPANISH = Language(
    asking=_words(
        "qué quién quiénes cómo cuándo cuánto cuánta cuántos cuántas cuál cuáles dónde adónde por para a"
    )
    - _words("a"),
    inverted=_words("es son hay puede pueden puedes tiene tienen tienes crees cree fue era"),
    verbs=("",),
    openers=_words(
        "pues bueno entonces y pero sí no claro vale ok okay a-ver eh em o-sea mira ya así bien ahora"
    ),
    lead_ins=_phrases(
        "me pregunto,mi pregunta es,la pregunta es,cuéntanos,cuéntame,dinos,explícanos,quiero saber,"
        "quisiera saber,me gustaría saber"
    ),
    naming=_phrases(
        "hablemos de,hablemos del,hablemos sobre,hablar de,hablar del,hablar sobre,pasemos a,pasemos al,"
        "cuéntanos de,cuéntanos sobre,cuéntame de,cuéntame sobre,el tema de,el tema del,la cuestión de,"
        "la historia de,la historia del,la idea de"
    ),
    cutting=_words("porque cuando si aunque mientras pues antes después"),
    joining=_words("y e pero o u"),
    people=_words("yo tú él ella usted nosotros ustedes ellos ellas luego también"),
    pointing=_words(
        "el la los las un una unos unas tu tus su sus mi mis nuestro nuestra algunos algunas varios "
        "varias dos tres"
    ),
    leading=_words("para con en a al de del por sobre como que"),
    adverts=_phrases("patrocinador,patrocinado,patrocinadores,código de descuento"),
    dangling=_words(
        "un una unos unas el la los las lo de del a al en con por para sin sobre entre hasta desde y e "
        "o u pero que es son era fue ha han muy más menos no se me te le les nos mi mis tu tus su sus "
        "este esta estos estas ese esa esos esas qué cómo si"
    ),
    referring=_words(
        "él ella ellos ellas lo esto eso aquello este esta estos estas ese esa esos esas aquel aquella su "
        "sus aquí ahí allí allá cosa cosas algo yo me mi mis mí le les"
    ),
    filling=_phrases(
        "eh,em,mmm,o sea,ya sabes,tú sabes,digamos,bueno,pues,como que,un poco,la verdad,vale,no"
    ),
    opening_mark="¿",
)
_KNOWN = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH}
_NONE = Language()


def language_of(tag: str) -> Language:
    """The table of a BCP 47 tag; an empty one for a language without."""
    return _KNOWN.get(tag.lower().replace("_", "-").partition("-")[0], _NONE)
