"""What the guard knows of French."""

from pipeline.quotes.languages.table import Language, counted, pairs, phrases, words

_SMALL = counted(
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize", first=2
) | {"zéro": 0}
_TENS = {
    "dixsept": 17,
    "dixhuit": 18,
    "dixneuf": 19,
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "quatrevingt": 80,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}

TABLE = Language(
    fillers=phrases(
        "euh,heu,hum,hmm,hm,mhm,hein,ben,bah,bé,tu vois,vous voyez,tu sais,vous savez,genre,quoi,"
        "tu comprends,comment dire,je veux dire,si tu veux,on va dire"
    ),
    ambiguous={
        ("genre",): (words("est était sont étaient "
                           "ce un le du de au quel son mon ton notre leur autre bon même tout"),
                     words("de humain littéraire")),
        ("quoi",): (words("à de en sur avec par pour sans c ce comme est pas sais sait savoir fait"),
                    words("que de faire dire il elle on tu vous ce est")),
        ("tu", "sais"): (words("si que ce comme comment quand"),
                         words("que ce quoi comment qui où pourquoi quand si bien pas ne faire le la")),
        ("vous", "savez"): (words("si que ce comme comment quand"),
                            words("que ce quoi comment qui où pourquoi quand si bien pas ne faire le la")),
        ("tu", "vois"): (words("si que ce comme quand"),
                         words("que ce quoi comment qui où le la les un une des pas")),
        ("vous", "voyez"): (words("si que ce comme quand"),
                            words("que ce quoi comment qui où le la les un une des pas")),
        ("tu", "comprends"): (words("si que ce"), words("que ce quoi comment pourquoi le la les pas")),
        ("si", "tu", "veux"): (words("comme"), words("que le la les un une faire venir")),
    },
    grading=words("bon bien"),
    openers=phrases("alors,donc,et,bon,oui,ouais,voilà,ok,de accord,eh bien,et donc,bon alors,donc voilà,"
        "bon ben"),
    backchannels=words(
        "oui ouais voilà exactement mhm hm hmm ok d'accord de accord ah oh bien super tout fait"
    ),
    contractions=pairs(
        "y'a=il y a,t'as=tu as,t'es=tu es,t'avais=tu avais,t'en=tu en,t'étais=tu étais,s'il=si il,"
        "s'ils=si ils,du=de le,au=à le,aux=à les,l=le,j=je,qu=que,n=ne,j'suis=je suis,chuis=je suis,"
        "j'sais=je sais,chais=je sais,j'pense=je pense,p'tit=petit,p'tite=petite,v'là=voilà,"
        "p't-être=peut être,pis=puis,ouais=oui,j'ui=je lui,y'avait=il y avait"
    ),
    elisions={
        "c": "ce", "d": "de", "j": "je", "l": "le", "m": "me", "n": "ne", "qu": "que", "s": "se",
        "t": "te", "jusqu": "jusque", "lorsqu": "lorsque", "puisqu": "puisque", "quoiqu": "quoique",
    },
    joined={
        ("pour", "cent"): "%", ("quatre", "vingt"): "quatrevingt", ("quatre", "vingts"): "quatrevingt",
        ("dix", "sept"): "dixsept", ("dix", "huit"): "dixhuit", ("dix", "neuf"): "dixneuf",
    },
    spellings=pairs(
        "ok=okay,pourcent=%,docteur=dr,clé=clef,évènement=événement,évènements=événements,"
        "maitre=maître,aout=août,connaitre=connaître,paraitre=paraître,parait=paraît,diner=dîner,"
        "cout=coût,couts=coûts,ile=île,iles=îles,gout=goût,cas=cas"
    ),
    negations=words(
        "ne pas point jamais rien personne aucun aucune aucuns ni sans guère non nullement nul nulle "
        "sauf plus hormis excepté impossible"
    ),
    particles=words("ne"),
    completions=words("pas jamais rien guère aucun aucune"),
    unspoken={"il": words("y faut")},
    negation_follows=3,  # "le moulin tourne vraiment pas"
    negating=words("in im il ir un non dé dés anti mal"),
    quantities=words(
        "premier première premiers premières second seconde deuxième troisième quatrième cinquième "
        "sixième septième huitième neuvième dixième moitié tiers quart quarts demi demie double triple "
        "dizaine dizaines douzaine douzaines vingtaine trentaine cinquantaine centaine centaines "
        "millier milliers"
    ),
    links=words("de du des à"),
    shares=words("tous toutes chacun chacune un une partie majorité minorité"),
    bounds=phrases("jusque à,plus de,moins de,près de,autour de,à peine"),
    units=words(
        "% euro euros dollar dollars kilomètre kilomètres mètre mètres kilo kilos gramme grammes tonne "
        "tonnes seconde secondes minute minutes heure heures jour jours semaine semaines mois an ans "
        "année années fois degré degrés cent mille million millions milliard milliards"
    ),
    thwarting=words(
        "refuse refusé refusait évite évité évitait arrête arrêté cesse cessé essaie essayé tente tenté "
        "oublie oublié manque manqué empêche empêché accuse accusé incapable"
    ),
    denials=phrases("loin de,à le lieu de,plutôt que,tout sauf,contre,le contraire de,faute de"),
    asserting=words("et ou mais car parce par avec sans après avant depuis comme"),
    refusals=words("non"),
    relatives=words("qui dont"),
    persons=words("il elle ils elles lui leur son sa ses eux"),
    turns=phrases(
        "mais,non,cependant,pourtant,toutefois,en fait,enfin,enfin non,ridicule,absurde,faux,"
        "sauf,si,quoique,même si,de un autre côté,ce est faux,seulement,en réalité,à le moins,"
        "en revanche,or,ce est ce que disent,ce est ce que ils,ce est ce que on"
    ),
    supposing=phrases("supposons,imaginons,admettons,imagine,imaginez,suppose,supposez"),
    alternatives=phrases("sinon,ou bien,soit"),
    hedges=phrases(
        "peut-être,peut être,probablement,possiblement,sans doute,apparemment,environ,presque,"
        "à peu près,plutôt,assez,souvent,parfois,quelquefois,généralement,en général,"
        "la plupart,certains,certaines,quelques,beaucoup,un peu,quasiment,quasi,vaguement,"
        "grosso modo,plus ou moins,de habitude,de ordinaire,normalement,habituellement,en gros,"
        "en partie,partiellement,relativement,sûrement,vraisemblablement,éventuellement,"
        "potentiellement,essentiellement,principalement,de temps en temps,des fois,plusieurs,peu,"
        "un petit peu,une espèce de,tout au plus,du moins,il me semble,me semble,on dirait,je dirais,"
        "je crains,à mon sens,de après moi,que je sache,presque jamais,rarement,à la limite,disons,"
        "prétendument,soi disant,possible,une sorte de,en quelque sorte,"
        "en théorie,en principe,théoriquement,à le moins,à le plus,semble,semblent,il semble,"
        "il paraît,je pense,je crois,je trouve,je suppose,je imagine,je espère,à mon avis,selon "
        "moi,pour moi,"
        "à ma connaissance,pas sûr,pas sûre,seulement"
    ),
    softeners=phrases("en gros,un peu,une sorte de,une espèce de,disons"),
    modals=words(
        "peux peut peuvent pouvons pouvez pouvait pouvaient pourrait pourraient pourrais dois doit "
        "doivent devons devez devait devaient devrait devraient devrais faut faudrait fallait veux "
        "veut veulent voulait voudrait voudrais pourra pourront pourrons pourrez pourras pourrions "
        "pourriez puisse puissent pu devra devront devrons devrez devrions devriez dû faudra voudra "
        "voudront voulons voulez voulaient voudraient"
    ),
    naming=words(
        "appelle appellent appelait appelé appelée nommé nommée nomme mot mots terme termes livre titre "
        "film chanson question thème devise intitulé intitulée dit et ou"
    ),
    articles=words("le la les un une des mon ma mes son sa ses notre nos leur leurs ce cet cette ces"),
    pronouns=words(
        "il elle ils elles on nous vous lui leur eux le la les ce c'est cela ça ceci celui celle ceux "
        "celles cet cette ces son sa ses leurs notre nos je se me moi tu te toi y en ici là"
    ),
    reporting=words(
        "conclut concluent conclu concluait estime estiment estimait estimaient estimé déduit déduisent "
        "soutient soutiennent soutenu soutenait décide décident décidé décidait rapporte rapportent "
        "rapporté maintient maintiennent maintenu convaincu convaincue convaincus prévoit prévoient "
        "prévu proclame proclament proclamé craint craignent juge jugent jugeait avis avertit prévient "
        "sens sentent senti sentait accuse accusent accusé dénonce dénoncent "
        "dis dit disent disait disaient pense penses pensent pensait pensaient pensé pensons crois "
        "croyons croit "
        "croient croyait croyaient cru trouve trouvent trouvait affirme affirment affirmait affirmé "
        "prétend prétendent prétendait suppose supposent imagine imaginent espère espèrent espérait "
        "raconte racontent racontait raconté écrit écrivent écrivait explique expliquent expliqué "
        "paraît déclare déclarent déclaré assure assurent assuré annonce annoncé jure"
    ),
    own_view=words("dis pense crois trouve suppose imagine pensons croyons"),
    subjects=words("je me moi on nous"),
    disowning=words("lequel laquelle lesquels lesquelles "
                    "doute doutes doutent doutait nie nient niait demande demandes demandent demandait "
                    "rêve rêvé rêvais ment mentait menti"),
    telling=words(
        "dit disent disait disaient prétend prétendaient affirme affirmaient raconte racontaient "
        "criait racontait répète répétait"
    ),
    quoting=phrases(
        "ils étaient genre,étaient genre,était genre,font genre,"
        "il a fait,elle a fait,il était genre,elle était genre,il fait genre,genre"
    ),
    claims=words(
        "rumeur rumeurs mythe mythes accusation accusations légende slogan excuse préjugé mensonge "
        "théorie crainte affirmation prétexte"
    ),
    sourcing=frozenset({"selon", "de après"}),
    granting=words(
        "est vrai fait clair sûr sûre certain sais sait savons savez savait raison vérité et mais parce "
        "montre montré prouve appris réalisé évident dire alors afin pour"
    ),
    agreeing=words("comme"),
    linking=words("de"),
    conjunctions=words("que si comment"),
    conditions=words("si sauf quand lorsque"),
    frames=phrases(
        "avec assez,autrefois,jadis,avant,après,dans un certain sens,en un sens,dans un sens,"
        "dans un monde,dès que,à le époque,à cette époque,de leur point,de son point,à condition,"
        "une fois que,en théorie,en principe,sur le papier,sans,dans le passé,pour eux,à le début,"
        "à moins,dans les années,tant que,pourvu que,en supposant,pour le moment,pour le instant,en rêve"
    ),
    idioms=phrases("si tu veux,si vous voulez,si on veut,si j'ose dire"),
    consequences=words("alors"),
    narrowing=words("seulement sauf uniquement hormis"),
    limits=phrases(
        "jusque à,tant que,à condition que,à condition de,à moins que,à moins de,pourvu que,"
        "en théorie,en principe,sur le papier,pour le moment,comparé à,par rapport à,ou pas,ou non,"
        "à le début,à le moins,quand,lorsque,parce que,car,puisque,du moins,de le moins,selon,plutôt que,"
        "à le lieu,en moyenne,avant,après,qui,que,dont,sauf,excepté,pour le instant,pour autant,sans,si,"
        "dès que,une fois,de après,afin que,dans un sens,en un sens,comme si"
    ),
    excepting=words("sauf que hormis"),
    inverts=True,
    retractions=phrases(
        "je plaisante,je rigole,je déconne,je blague,non je plaisante,non je rigole,non je déconne,"
        "ce est une blague,ce était une blague,ce est pour rire,ce était pour rire,mais non,"
        "ou pas,je retire,je le retire,ce est pas vrai,ce est faux"
    ),
    joining=words("mais et"),
    number_words=_SMALL | _TENS,
    teens_after={60: 19, 80: 19},
    tens_joiner="et",
    one_words=words("un une"),
    lone_scales=words("cent mille"),
    decimal_word="virgule",
    thousands=". ",
    decimal=",",
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
    # No agreements: "il est" and "ils sont" are other persons, and "que" is never left out.
    nominatives=words("je tu il on ils"),
    auxiliaries=words("suis es est sommes êtes sont étais était étaient ai as a avons avez ont avait"),
    loose=phrases("et,alors,bon,eh bien"),
    neutral=phrases("et,bon,eh bien"),
    fudges=phrases("en quelque sorte"),
    voiced=phrases("euh,heu,hum,hmm,hm,mhm"),
    we=words("nous notre nos on"),
    i=words("je me moi mon ma mes"),
    you=words("tu te toi ton ta tes vous votre vos"),
)  # fmt: skip
