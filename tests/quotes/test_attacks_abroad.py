"""Attempts to publish what was not meant, and what hosts do honestly, in German, French and Spanish."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard

Judge = Callable[[str, str, str], Quote]


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Judge a published text against what was said in a language."""

    def judged(tag: str, said: str, published: str) -> Quote:
        words = [
            Word(word, n * 0.5, n * 0.5 + 0.4, None, "Ada") for n, word in enumerate(said.split())
        ]
        transcript = Transcript(words, [[n] for n in range(len(words))], language=tag)
        return Guard(transcript, DEFAULT_FREE).check(Entry(published)).quote

    return judged


#: Language: (said, published, kind of the edit that stops it).
ATTACKS = {
    "de": [
        # cut off beside it
        ("Die Hälfte der Säcke war nass am Morgen.", "Säcke war nass am Morgen.", "number"),
        ("Bis zu fünfzig Säcke waren nass.", "Fünfzig Säcke waren nass.", "number"),
        ("Das Korn stieg um fünf Prozent an.", "Das Korn stieg um fünf.", "number"),
        ("Er ist alles andere als ein guter Müller.", "Ein guter Müller.", "negation"),
        ("Wir mahlen, sonst verdirbt das ganze Korn.", "Verdirbt das ganze Korn.", "condition"),
        (
            "Hätte ich das gewusst, die Mühle wäre verkauft.",
            "Die Mühle wäre verkauft.",
            "condition",
        ),
        (
            "Meine Leute sagen: ich bin ein schlechter Müller.",
            "Ich bin ein schlechter Müller.",
            "attribution",
        ),
        ("Nein, Leute dürfen in die Mühle.", "Nein Leute dürfen in die Mühle.", "negation"),
        # negations
        ("Wir haben die Mühle nie verkauft.", "Wir haben die Mühle verkauft.", "negation"),
        ("Wir haben keine Mühle gekauft.", "Wir haben eine Mühle gekauft.", "negation"),
        ("Sie malen ohne Strom das Korn.", "Sie malen mit Strom das Korn.", "negation"),
        ("Das war weder gut noch billig.", "Das war gut und billig.", "negation"),
        ("Die Mühle ist sicher für uns.", "Die Mühle ist unsicher für uns.", "negation"),
        ("Die Mühle läuft nimmer so gut.", "Die Mühle läuft so gut.", "negation"),
        ("Keinesfalls verkaufen wir die Mühle.", "Verkaufen wir die Mühle.", "negation"),
        ("Ich geb die Mühle nich her.", "Ich geb die Mühle her.", "negation"),
        ("Er hat das Korn wohl nie gemahlen.", "Er hat das Korn [...] gemahlen.", "negation"),
        ("Ich halte die Mühle am Abend nicht an.", "Ich halte die Mühle am Abend an.", "negation"),
        (
            "Wir mahlen dort ebenso wenig Roggen wie Hafer.",
            "Wir mahlen dort Roggen wie Hafer.",
            "hedge",
        ),
        ("Das ist niemandes Mühle gewesen.", "Das ist Ottos Mühle gewesen.", "negation"),
        ("Das ist keineswegs meine Mühle.", "Das ist meine Mühle.", "negation"),
        # numbers
        ("Das kostet fünfzehn Euro im Jahr.", "Das kostet fünfzig Euro im Jahr.", "number"),
        ("Das kostet fünfundzwanzig Euro.", "Das kostet 52 Euro.", "number"),
        ("Es waren zweihundert Säcke Korn.", "Es waren dreihundert Säcke Korn.", "number"),
        ("Es waren 1,5 Tonnen Korn.", "Es waren 15 Tonnen Korn.", "number"),
        ("Die Hälfte der Säcke war nass.", "Ein Viertel der Säcke war nass.", "number"),
        ("Es war doppelt so teuer wie früher.", "Es war so teuer wie früher.", "number"),
        ("Die erste Mühle ist abgebrannt.", "Die dritte Mühle ist abgebrannt.", "number"),
        # hedges and modals
        ("Das Korn ist vermutlich trocken.", "Das Korn ist trocken.", "hedge"),
        ("Das Korn ist meist trocken und rein.", "Das Korn ist trocken und rein.", "hedge"),
        (
            "Ich bin mir nicht sicher, es ist trocken.",
            "Ich bin mir sicher, es ist trocken.",
            "negation",
        ),
        ("Das könnte man besser mahlen.", "Das kann man besser mahlen.", "modal"),
        ("Wir wollten das Korn verkaufen.", "Wir sollten das Korn verkaufen.", "modal"),
        ("Man darf das Korn waschen.", "Man muss das Korn waschen.", "modal"),
        # names and words
        ("Das Korn hat Otto gemahlen.", "Das Korn hat Karl gemahlen.", "name"),
        ("Der Müller hat die Säcke geklaut.", "Der Bäcker hat die Säcke geklaut.", "name"),
        ("Der Müller lobt den Bäcker gern.", "Den Müller lobt der Bäcker gern.", "recognition"),
        # separable verbs: the particle is the meaning
        ("Wir nehmen das Korn am Abend an.", "Wir nehmen das Korn am Abend.", "predicate"),
        ("Wir stellen die Mühle heute ab.", "Wir stellen die Mühle heute an.", "predicate"),
        ("Er schaltet die Mühle aus.", "Er schaltet die Mühle ein.", "predicate"),
        # whose view, conditions
        ("Man sagt, dass die Mühle brennt.", "Die Mühle brennt.", "attribution"),
        ("Laut Otto ist die Mühle abgebrannt.", "Ist die Mühle abgebrannt.", "attribution"),
        ("Angeblich ist die Mühle abgebrannt.", "Ist die Mühle abgebrannt.", "hedge"),
        ("Wir haben die Mühle lange gesucht.", "Wir haben die Mühle.", "predicate"),
        ("Man sollte die Mühle verkaufen.", "Die Mühle verkaufen.", "modal"),
        ("Die Mühle ist teuer, sagt Otto.", "Die Mühle ist teuer.", "attribution"),
        ("Es ist gelogen, dass die Mühle brennt.", "Die Mühle brennt.", "attribution"),
        ("Es gibt das Gerücht, dass die Mühle brennt.", "Die Mühle brennt.", "attribution"),
        ("Und er so, die Mühle ist zu teuer.", "Die Mühle ist zu teuer.", "attribution"),
        ("Die Mühle ist teuer, glaube ich.", "Die Mühle ist teuer.", "hedge"),
        ("Die Mühle läuft gut, solange es weht.", "Die Mühle läuft gut.", "condition"),
        ("Die Mühle läuft gut, wenn es weht.", "Die Mühle läuft gut.", "condition"),
        ("Die Mühle läuft gut, es sei denn, es regnet.", "Die Mühle läuft gut.", "condition"),
        ("Die Mühle läuft gut, zumindest auf dem Papier.", "Die Mühle läuft gut.", "condition"),
        (
            "Ich zahle, wenn sie brennt. Ich bin reich.",
            "Ich zahle. Wenn sie brennt, bin ich reich.",
            "condition",
        ),
        ("Ich hasse die Mühle. War nur Spaß. Ich mag sie.", "Ich hasse die Mühle.", "retraction"),
        ("Er tut so, als ob die Mühle brennt.", "Die Mühle brennt.", "condition"),
        # marks
        (
            "Der Müller ist ein ehrlicher Mann.",
            "Der Müller ist ein „ehrlicher“ Mann.",
            "scare quotes",
        ),
        (
            "Der Müller ist ein ehrlicher Mann.",
            "Der Müller ist ein »ehrlicher« Mann.",
            "scare quotes",
        ),
        # brackets
        ("Ich habe die Mühle angezündet.", "[Otto] habe die Mühle angezündet.", "changed"),
        ("Die Mühle wurde gebaut.", "Die Mühle wurde [illegal] gebaut.", "added"),
        ("Wir zahlen die Leute jede Woche.", "Wir [sollten] zahlen die Leute jede Woche.", "modal"),
        ("Wir zahlen die Leute jede Woche.", "Wir zahlen die [zwölf] Leute jede Woche.", "number"),
        ("Es ist möglich, sie zu bauen.", "Es ist [un]möglich, sie zu bauen.", "changed"),
        ("Er hat es gern gemacht.", "[Karl] hat es gern gemacht.", "added"),
        # joined and taken apart
        (
            "Habe ich gestohlen? Nein. Habe ich bezahlt? Ja. Ich bin stolz.",
            "Habe ich gestohlen? [...] Ja. Ich bin stolz.",
            "answer",
        ),
        (
            "Wir haben keinen Strom, aber wir mahlen.",
            "Wir haben [...] Strom, aber wir mahlen.",
            "negation",
        ),
    ],
    "fr": [
        # cut off beside it
        ("Plus de cinquante sacs étaient mouillés.", "Cinquante sacs étaient mouillés.", "number"),
        ("Le prix monte de cinq pour cent par an.", "Le prix monte de cinq.", "number"),
        ("Il refuse de vendre le vieux moulin.", "Vendre le vieux moulin.", "negation"),
        (
            "Mes voisins disent : je suis un mauvais meunier.",
            "Je suis un mauvais meunier.",
            "attribution",
        ),
        ("Le moulin ne tourne pas ici.", "Le moulin tourne ici.", "negation"),
        ("Il n'arrive jamais à l'heure.", "Il arrive à l'heure.", "negation"),
        ("Il n'y a rien à voir au moulin.", "Il y a tout à voir au moulin.", "negation"),
        ("C'est pas vrai, ce qu'il dit.", "C'est vrai, ce qu'il dit.", "negation"),
        ("On n'a aucune raison de vendre.", "On a une raison de vendre.", "negation"),
        ("On travaille sans argent ici.", "On travaille avec argent ici.", "negation"),
        ("Le moulin n'est plus à vendre.", "Le moulin est à vendre.", "negation"),
        ("Le moulin n'est plus à vendre.", "Le moulin n'est pas à vendre.", "negation"),
        ("Il n'existe que pour vendre.", "Il existe pour vendre.", "negation"),
        ("C'est possible de le vendre.", "C'est impossible de le vendre.", "negation"),
        ("Ce n'est ni bon ni mauvais.", "C'est bon et mauvais.", "negation"),
        ("Je ne crois pas que le moulin tourne.", "Le moulin tourne.", "negation"),
        ("On a gagné quinze euros par jour.", "On a gagné cinquante euros par jour.", "number"),
        ("On a quatre-vingt-dix sacs de blé.", "On a 80 sacs de blé.", "number"),
        ("On a quatre-vingt-dix sacs de blé.", "On a quatre-vingt sacs de blé.", "number"),
        ("Il y a vingt et un sacs de blé.", "Il y a vingt sacs de blé.", "number"),
        ("Ça pèse 1,5 tonne de blé.", "Ça pèse 15 tonnes de blé.", "number"),
        ("La moitié des sacs est mouillée.", "Le quart des sacs est mouillée.", "number"),
        ("Le premier moulin a brûlé hier.", "Le troisième moulin a brûlé hier.", "number"),
        ("Le blé est sans doute sec.", "Le blé est sec.", "condition"),
        ("Le blé est peut-être sec et propre.", "Le blé est sec et propre.", "hedge"),
        ("Le blé est quasiment sec et propre.", "Le blé est sec et propre.", "hedge"),
        ("Le moulin tourne d'habitude le soir.", "Le moulin tourne le soir.", "hedge"),
        ("Le moulin tourne parfois le soir.", "Le moulin tourne toujours le soir.", "hedge"),
        ("On pourrait vendre le moulin.", "On peut vendre le moulin.", "modal"),
        ("On doit vendre le moulin.", "On veut vendre le moulin.", "modal"),
        ("Il faudra vendre le moulin.", "Il sera bon de vendre le moulin.", "modal"),
        ("Le blé, c'est Luc qui l'a volé.", "Le blé, c'est Jean qui l'a volé.", "name"),
        ("Le meunier a volé les sacs.", "Le boulanger a volé les sacs.", "changed"),
        ("Les gens disent que le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("Il paraît que le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("Selon Luc, le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("D'après Luc, le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("Le moulin brûle, dit Luc.", "Le moulin brûle.", "attribution"),
        ("Le moulin brûle, paraît-il.", "Le moulin brûle.", "attribution"),
        ("C'est faux que le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("Il y a une rumeur que le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("J'ai rêvé que le moulin brûle.", "Le moulin brûle.", "attribution"),
        ("Il m'a dit qu'il vend le moulin.", "Il vend le moulin.", "attribution"),
        ("Le moulin tourne bien, je crois.", "Le moulin tourne bien.", "hedge"),
        ("Le moulin tourne bien, tant qu'il y a du vent.", "Le moulin tourne bien.", "condition"),
        ("Le moulin tourne bien si le vent souffle.", "Le moulin tourne bien.", "condition"),
        ("Le moulin tourne bien, à condition qu'il vente.", "Le moulin tourne bien.", "condition"),
        ("Le moulin tourne bien, à moins qu'il pleuve.", "Le moulin tourne bien.", "condition"),
        ("S'il y a du vent, le moulin tourne.", "Le moulin tourne.", "condition"),
        ("Il fait comme si le moulin brûle.", "Le moulin brûle.", "condition"),
        ("Je paie s'il brûle. Je suis riche.", "Je paie. S'il brûle je suis riche.", "condition"),
        ("Je déteste ce moulin. Je plaisante. Je l'aime.", "Je déteste ce moulin.", "retraction"),
        (
            "Le meunier est un homme honnête et bon.",
            "Le meunier est un homme «honnête» et bon.",
            "scare quotes",
        ),
        (
            "Le meunier est un homme honnête et bon.",
            "Le meunier est un homme « honnête » et bon.",
            "scare quotes",
        ),
        ("J'ai brûlé le moulin.", "[Luc] a brûlé le moulin.", "name"),
        ("Le moulin a été construit.", "Le moulin a été construit [illégalement].", "added"),
        ("C'est possible de le vendre.", "C'est [im]possible de le vendre.", "changed"),
        ("Il l'a fait hier.", "[Jean] l'a fait hier.", "name"),
        ("On paie les gens chaque mois.", "On [devrait] paie les gens chaque mois.", "modal"),
        (
            "J'ai volé ? Non. J'ai payé ? Oui. J'en suis fier.",
            "J'ai volé ? [...] Oui. J'en suis fier.",
            "answer",
        ),
        ("On n'a pas le droit, mais on moud.", "On a [...] le droit, mais on moud.", "negation"),
    ],
    "es": [
        # cut off beside it
        ("Más de cincuenta sacos estaban mojados.", "Cincuenta sacos estaban mojados.", "number"),
        ("El precio sube cinco euros cada año.", "El precio sube cinco.", "number"),
        ("Dejó de vender pan en el pueblo.", "Vender pan en el pueblo.", "negation"),
        ("No, puedes subir a el molino.", "No puedes subir a el molino.", "negation"),
        ("El molino no gira aquí.", "El molino gira aquí.", "negation"),
        ("El molino jamás gira aquí.", "El molino gira aquí.", "negation"),
        ("No hay nada que ver aquí.", "Hay todo que ver aquí.", "negation"),
        ("Trabajamos sin dinero aquí.", "Trabajamos con dinero aquí.", "negation"),
        ("Tampoco vendemos el molino.", "También vendemos el molino.", "negation"),
        ("Es posible vender el molino.", "Es imposible vender el molino.", "negation"),
        ("Ya no vendemos el molino.", "Ya vendemos el molino.", "negation"),
        ("Ni bueno ni malo, el molino.", "Bueno y malo, el molino.", "negation"),
        ("Ninguno de los sacos está seco.", "Uno de los sacos está seco.", "negation"),
        ("Creo que no gira. Duerme.", "Creo que [...] gira. Duerme.", "negation"),
        ("Ganamos quince euros al día.", "Ganamos cincuenta euros al día.", "number"),
        ("Son treinta y cinco sacos.", "Son treinta sacos.", "number"),
        ("Son veinticinco sacos de trigo.", "Son 52 sacos de trigo.", "number"),
        ("Son doscientos sacos de trigo.", "Son trescientos sacos de trigo.", "number"),
        ("Pesa 1,5 toneladas de trigo.", "Pesa 15 toneladas de trigo.", "number"),
        (
            "La mitad de los sacos está mojada.",
            "La cuarta parte de los sacos está mojada.",
            "number",
        ),
        ("El primer molino se quemó ayer.", "El tercer molino se quemó ayer.", "number"),
        ("El trigo quizás está seco.", "El trigo está seco.", "hedge"),
        ("El trigo casi está seco.", "El trigo está seco.", "hedge"),
        ("El trigo suele ser seco y limpio.", "El trigo ser seco y limpio.", "hedge"),
        (
            "El molino gira por lo general aquí arriba en paz.",
            "El molino gira aquí arriba en paz.",
            "hedge",
        ),
        ("Podríamos vender el molino.", "Podemos vender el molino.", "modal"),
        ("Debemos vender el molino.", "Queremos vender el molino.", "modal"),
        ("Hay que vender el molino.", "Vender el molino.", "modal"),
        ("El trigo lo robó Luis ayer.", "El trigo lo robó Juan ayer.", "name"),
        ("El molinero robó los sacos.", "El panadero robó los sacos.", "changed"),
        ("Dicen que el molino arde.", "El molino arde.", "attribution"),
        ("Según Luis, el molino arde.", "El molino arde.", "attribution"),
        ("El molino arde, dice Luis.", "El molino arde.", "attribution"),
        ("Es mentira que el molino arde.", "El molino arde.", "attribution"),
        ("Hay un rumor de que el molino arde.", "El molino arde.", "attribution"),
        ("Soñé que el molino arde.", "El molino arde.", "attribution"),
        ("Me dijo que el molino arde.", "El molino arde.", "attribution"),
        ("El molino gira bien, creo.", "El molino gira bien.", "hedge"),
        ("El molino gira bien, mientras haya viento.", "El molino gira bien.", "condition"),
        ("El molino gira bien si hay viento.", "El molino gira bien.", "condition"),
        ("El molino gira bien, siempre que haya viento.", "El molino gira bien.", "condition"),
        ("El molino gira bien, a menos que llueva.", "El molino gira bien.", "condition"),
        ("Actúa como si el molino arde.", "El molino arde.", "condition"),
        ("Pago si arde. Soy rico.", "Pago. Si arde soy rico.", "condition"),
        ("Odio este molino. Es broma. Me gusta.", "Odio este molino.", "retraction"),
        (
            "El molinero es un hombre honesto y bueno.",
            "El molinero es un hombre «honesto» y bueno.",
            "scare quotes",
        ),
        (
            "El molinero es un hombre honesto y bueno.",
            "El molinero es un hombre “honesto” y bueno.",
            "scare quotes",
        ),
        ("Yo quemé el molino ayer.", "[Luis] quemé el molino ayer.", "changed"),
        ("El molino fue construido.", "El molino fue [ilegalmente] construido.", "added"),
        ("Es posible venderlo ahora.", "Es [im]posible venderlo ahora.", "changed"),
        ("Él lo hizo ayer.", "[Juan] lo hizo ayer.", "name"),
        ("Pagamos a la gente cada mes.", "[Deberíamos] pagamos a la gente cada mes.", "modal"),
        (
            "¿He robado? No. ¿He pagado? Sí. Estoy orgulloso.",
            "¿He robado? [...] Sí. Estoy orgulloso.",
            "answer",
        ),
        ("No tenemos permiso, pero molemos.", "[...] tenemos permiso, pero molemos.", "negation"),
    ],
}

#: Language: (said, published) that pass without a signature.
HONEST = {
    "de": [
        ("Ähm, also die Mühle, die Mühle läuft gut.", "Die Mühle läuft gut."),
        ("Die Mühle läuft, sag ich mal, ganz gut.", "Die Mühle läuft ganz gut."),
        ("Die Mühle hat's nötig.", "Die Mühle hat es nötig."),
        ("Wir gehen zur Mühle und vom Dorf weg.", "Wir gehen zu der Mühle und von dem Dorf weg."),
        ("Ich hab ne Mühle, die läuft.", "Ich habe eine Mühle, die läuft."),
        ("Das ist so'n altes Haus.", "Das ist so ein altes Haus."),
        ("Da steht was drauf.", "Da steht was darauf."),
        ("Es waren fünfundzwanzig Säcke.", "Es waren 25 Säcke."),
        ("Es waren zweitausend Säcke im Jahr.", "Es waren 2000 Säcke im Jahr."),
        ("Es waren 2.000 Säcke im Jahr.", "Es waren 2000 Säcke im Jahr."),
        ("Das war neunzehnhundertvierundachtzig.", "Das war 1984."),
        ("Das sind drei Komma fünf Prozent.", "Das sind 3,5 Prozent."),
        ("Das sind 3,5 Prozent.", "Das sind 3,5 %."),
        ("Er sagte, die Mühle ist teuer.", "Er sagte, „die Mühle ist teuer“."),
        ("Die Hörerinnen mögen das.", "Die Hörer:innen mögen das."),
        ("Die Mü- die Mühle läuft gut.", "Die Mühle läuft gut."),
        ("Ich finde, die Mühle läuft gut.", "Die Mühle läuft gut."),
        ("Das weiß ich ganz genau, daß sie läuft.", "Das weiß ich ganz genau, dass sie läuft."),
        ("Der Müller kam. Und er nahm das Korn.", "Und [der Müller] nahm das Korn."),
        ("Das Thema heißt kurz gesagt Mühle.", "Das Thema heißt kurz gesagt „Mühle“."),
        ("Wie ist das denn passiert ?", "Wie ist das denn passiert?"),
        ("Die Mühle ist super schnell.", "Die Mühle ist superschnell."),
    ],
    "fr": [
        ("Euh, le moulin, le moulin tourne bien.", "Le moulin tourne bien."),
        ("C'est pas vrai, ce qu'il dit.", "Ce n'est pas vrai, ce qu'il dit."),
        ("Y a un moulin ici.", "Il y a un moulin ici."),
        ("J'sais pas où il est.", "Je sais pas où il est."),
        ("T'as vu le moulin qu'on vend.", "Tu as vu le moulin qu'on vend."),
        ("L'homme qu'il a vu est là.", "L’homme qu’il a vu est là."),
        ("Il y a vingt et un sacs.", "Il y a 21 sacs."),
        ("Il y a quatre-vingt-dix-sept sacs.", "Il y a 97 sacs."),
        ("Il y a soixante-dix sacs.", "Il y a 70 sacs."),
        ("Il y a deux cents sacs.", "Il y a 200 sacs."),
        ("Il y a mille sacs ici.", "Il y a 1000 sacs ici."),
        ("Il y a 2 000 sacs ici.", "Il y a 2000 sacs ici."),
        ("Ça fait trois virgule cinq pour cent.", "Ça fait 3,5 %."),
        ("Le moulin tourne bien !", "Le moulin tourne bien."),
        ("Le moulin tourne bien.", "Le moulin tourne bien !"),
        ("Le moulin tourne bien, mais : il est vieux.", "Le moulin tourne bien, mais il est vieux."),
        ("Il dit le moulin est trop cher.", "Il dit « le moulin est trop cher »."),
        ("Le moulin tourne bien.", "« Le moulin tourne bien. »"),
        ("Le cœur du moulin tourne.", "Le coeur du moulin tourne."),
        ("Le meunier est venu. Et il a pris le blé.", "Et [le meunier] a pris le blé."),
        ("Je trouve que le moulin tourne bien.", "Le moulin tourne bien."),
        ("Le mou- le moulin tourne bien.", "Le moulin tourne bien."),
        ("Donc voilà, le moulin tourne, quoi.", "Le moulin tourne."),
        ("Le moulin, bah, il tourne, hein.", "Le moulin, il tourne."),
    ],
    "es": [
        ("Eh, pues el molino, el molino gira bien.", "El molino gira bien."),
        ("Voy pa' el molino.", "Voy para el molino."),
        ("Son treinta y cinco sacos.", "Son 35 sacos."),
        ("Son veintidós sacos.", "Son 22 sacos."),
        ("Son doscientos treinta y cuatro sacos.", "Son 234 sacos."),
        ("Son dos mil sacos.", "Son 2000 sacos."),
        ("Fue en mil novecientos ochenta y cuatro.", "Fue en 1984."),
        ("Es el tres coma cinco por ciento.", "Es el 3,5 %."),
        ("Sólo gira el molino.", "Solo gira el molino."),
        ("Que gira el molino?", "¿Que gira el molino?"),
        ("El dice el molino es muy caro.", "El dice «el molino es muy caro»."),
        ("El molino gira bien.", "«El molino gira bien.»"),
        ("El molinero vino. Y él tomó el trigo.", "Y [el molinero] tomó el trigo."),
        ("Creo que el molino gira bien.", "El molino gira bien."),
        ("El moli- el molino gira bien.", "El molino gira bien."),
        ("El molino, o sea, gira bien.", "El molino gira bien."),
        ("Vamos a el molino de el rey.", "Vamos al molino del rey."),
    ],
}  # fmt: skip


def cases(table: Mapping[str, Sequence[tuple[str, ...]]]) -> list[object]:
    return [
        pytest.param(tag, *case, id=f"{tag}-{case[1]}")
        for tag, rows in table.items()
        for case in rows
    ]


@pytest.mark.parametrize(("tag", "said", "published", "kind"), cases(ATTACKS))
def test_an_attack_is_stopped(judge: Judge, tag: str, said: str, published: str, kind: str) -> None:
    quote = judge(tag, said, published)
    assert quote.status not in PROVEN
    assert kind in {edit.kind for edit in quote.edits}, quote.edits


@pytest.mark.parametrize(("tag", "said", "published"), cases(HONEST))
def test_what_hosts_do_stays_free(judge: Judge, tag: str, said: str, published: str) -> None:
    quote = judge(tag, said, published)
    assert quote.status in PROVEN, quote.message
