"""What the guard knows of French."""

from pipeline.quotes.language import Language, counted, pairs, phrases, words

FRENCH = Language(
    fillers=phrases(
        "euh,heu,hum,hmm,hm,mhm,hein,ben,bah,tu vois,vous voyez,tu sais,vous savez,genre,"
        "tu comprends,comment dire"
    ),
    openers=phrases("alors,donc,et,bon,oui,ouais,voilà,ok,d'accord,eh bien,et donc,bon alors,non mais"),
    backchannels=words("oui ouais voilà exactement mhm hm hmm ok d'accord ah oh bien super tout fait"),
    contractions=pairs(
        "y'a=il y a,t'as=tu as,t'es=tu es,t'avais=tu avais,j'suis=je suis,chuis=je suis,"
        "j'sais=je sais,chais=je sais,j'pense=je pense,p'tit=petit,p'tite=petite,v'là=voilà,"
        "p't-être=peut-être,pis=puis,ouais=oui"
    ),
    spellings=pairs("ok=okay,pourcent=%,pour-cent=%,docteur=dr,clé=clef"),
    negations=words(
        "ne pas point jamais rien personne aucun aucune ni sans guère non nullement nulle sauf plus "
        "n'est n'a n'ai n'ont n'était n'y n'en n'avait"
    ),
    hedges=phrases(
        "peut-être,peut être,probablement,possiblement,sans doute,apparemment,environ,presque,"
        "à peu près,plutôt,assez,souvent,parfois,quelquefois,généralement,d'habitude,en général,"
        "la plupart,certains,certaines,quelques,beaucoup,un peu,une sorte de,en quelque sorte,"
        "en théorie,en principe,théoriquement,au moins,au plus,semble,semblent,il semble,il paraît,"
        "je pense,je crois,je trouve,je suppose,j'imagine,j'espère,à mon avis,selon moi,pour moi,"
        "à ma connaissance,pas sûr,pas sûre,seulement"
    ),
    modals=words(
        "peux peut peuvent pouvons pouvez pouvait pouvaient pourrait pourraient pourrais dois doit "
        "doivent devons devez devait devaient devrait devraient devrais faut faudrait fallait veux "
        "veut veulent voulait voudrait voudrais"
    ),
    pronouns=words(
        "il elle ils elles on nous vous lui leur eux le la les ce c'est cela ça ceci celui celle ceux "
        "celles cet cette ces son sa ses leurs notre nos je j'ai me moi tu te toi y en ici là"
    ),
    reporting=words(
        "dis dit disent disait disaient pense penses pensent pensait pensaient pensé pensons crois "
        "croyons croit "
        "croient croyait croyaient cru trouve trouvent trouvait affirme affirment affirmait affirmé "
        "prétend prétendent prétendait suppose supposent imagine imaginent espère espèrent espérait "
        "raconte racontent racontait raconté écrit écrivent écrivait explique expliquent expliqué "
        "paraît"
    ),
    own_view=words("dis pense crois trouve suppose imagine espère pensons croyons"),
    disowning=words("doute doutes doutent doutait nie nient niait demande demandes demandent demandait"),
    conjunctions=words("que si comment"),
    conditions=words("si sauf"),
    idioms=phrases("si tu veux,si vous voulez,si on veut,si j'ose dire"),
    consequences=words("alors"),
    narrowing=words("seulement sauf"),
    joining=words("mais et"),
    number_words=counted("deux trois quatre cinq six sept huit neuf dix onze douze", first=2),
    scales={"cent": 100, "cents": 100, "mille": 1_000, "million": 1_000_000, "millions": 1_000_000,
            "milliard": 1_000_000_000, "milliards": 1_000_000_000},
    abbreviations=words("m mme mlle dr st ste p.ex etc env"),
    dangling=words(
        "ce cela ça ceci cette ces il elle ils elles lui leur son sa ses mais et ou donc car alors "
        "aussi pourtant cependant sinon parce là"
    ),
    connectives=words("et mais donc alors bon oui ouais euh voilà parce car ah oh"),
    farewells=(
        "bienvenue", "bienvenue dans", "bonjour à tous", "merci de m'avoir invité",
        "merci de votre écoute", "merci d'avoir écouté", "merci beaucoup", "à la prochaine",
        "à bientôt", "sponsor", "code promo", "partenaire de cet épisode", "abonnez-vous",
        "notes de l'épisode", "cinq étoiles",
    ),
    welcomes=phrases(
        "bienvenue dans,bienvenue à,bienvenue au,bienvenue sur,mon invité,mon invitée"
    ),
    function_words=words(
        "à ai ait alors au aussi aux avec avoir ce cela ces cette ceux ça c'est comme d'un d'une dans "
        "de des donc du elle en est et était être eu fait il ils j'ai je la là le les leur lui ma mais "
        "me même mes moi mon ne nous on ont ou où par pas plus pour qu'il qu'on que qui quoi sa se si "
        "son sont sur ta te tes toi ton tout très tu un une va vous y"
    ),
    we=words("nous notre nos on"),
    i=words("je j'ai j' me moi mon ma mes"),
    you=words("tu te toi ton ta tes vous votre vos"),
)  # fmt: skip
