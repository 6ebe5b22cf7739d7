"""Requests that are fine in three languages, and texts that meet a rule or only seem to."""

RITA = {
    "name": "Rita Holm",
    "email": "rita@requests.example",
    "target": "Tomasz Wiśniewski, who leads the tide gauges at Baltic Waters",
    "about_me": "I model storm floods at the institute of oceanography in Gothenburg; my last paper is on its page.",
    "why_them": "He published the 2019 gauge records of Gdynia, the only ones with readings every ten seconds.",
    "why_now": "Our model for the winter season is frozen on 1 November.",
    "ask": "One video call about which columns of the raw records can be trusted after the move of the gauge.",
    "benefit": "He gets our corrected series for 2015 to 2020, in which we found three shifts that he may not know.",
    "homework": "I read his two reports and asked the harbour office, which knew of the move but not of its date.",
    "format": "video",
    "minutes": "20",
    "by_when": "October",
    "language": "en",
}
GERMAN = RITA | {
    "about_me": "Ich rechne Sturmfluten am Institut für Meereskunde in Göteborg; mein letzter Aufsatz steht dort.",
    "why_them": "Er hat 2019 die Pegel von Gdynia veröffentlicht, die einzigen mit Werten alle zehn Sekunden.",
    "why_now": "Unser Modell für den Winter wird am 1. November eingefroren.",
    "ask": "Ein Videogespräch darüber, welchen Spalten der Rohdaten man nach dem Umzug des Pegels trauen kann.",
    "benefit": "Er bekommt unsere korrigierte Reihe ab 2015 mit drei Sprüngen, die er vielleicht nicht kennt.",
    "homework": "Ich habe seine zwei Berichte gelesen und das Hafenamt gefragt, das den Tag des Umzugs nicht wusste.",
    "language": "de",
}
FRENCH = RITA | {
    "about_me": "Je modélise les ondes de tempête à l'institut d'océanographie de Göteborg, où se lit mon article.",
    "why_them": "Il a publié en 2019 les mesures de Gdynia, les seules avec une valeur toutes les dix secondes.",
    "why_now": "Notre modèle pour l'hiver est figé le 1er novembre.",
    "ask": "Un appel vidéo pour savoir quelles colonnes des mesures brutes restent sûres après le déménagement.",
    "benefit": "Il recevra notre série corrigée de 2015 à 2020, avec trois sauts qu'il ne connaît peut-être pas.",
    "homework": "J'ai lu ses deux rapports et interrogé le port, qui ne savait plus la date du déménagement.",
    "language": "fr",
}
SPANISH = RITA | {
    "about_me": "Calculo mareas de tormenta en el instituto de oceanografía de Gotemburgo; mi artículo está en su web.",
    "why_them": "Él publicó en 2019 los registros de Gdynia, los únicos con una lectura cada diez segundos.",
    "why_now": "Nuestro modelo para el invierno se cierra el 1 de noviembre.",
    "ask": "Una videollamada para saber en qué columnas de los datos se puede confiar tras el traslado.",
    "benefit": "Le damos nuestra serie corregida de 2015 a 2020, con tres saltos que quizá no conoce.",
    "homework": "He leído sus dos informes y pregunté en el puerto, donde no sabían la fecha del traslado.",
    "language": "es",
}
FINE = {"en": RITA, "de": GERMAN, "fr": FRENCH, "es": SPANISH}

# code → field → (texts that meet the rule, texts that do not), one of each language at least.
type Texts = tuple[tuple[str, ...], tuple[str, ...]]
EXAMPLES: dict[str, dict[str, Texts]] = {
    "self": {
        "target": (
            ("Rita Holm", "Holm, Rita", "Dr. RITA HOLM", "Frau Rita Holm", "Mme Rita Hölm"),
            (
                "Rita",
                "Rita Holm at Baltic Waters",
                "Rita Holmberg",
                "eine Kollegin von Rita Holm",
                "la soeur de Rita Holm",
            ),
        ),
    },
    "placeholder": {
        "about_me": (
            (
                "I am the founder of [Company] and we grow fast.",
                "My name is {{first_name}} and I build boats.",
                "Lorem ipsum dolor sit amet, consectetur adipiscing.",
                "Ich arbeite bei <Firma> als Ingenieurin in Kiel.",
                "Je travaille chez [nom de l'entreprise] depuis 2019.",
                "asdf",
                "hjklm fghj sdfg",
                "Je suis XXX, responsable de YYY.",
                "TODO escribir la pregunta",
                "Test.",
            ),
            (
                "I test bridges for the road office in Turin.",
                "I keep notebook XXX, as he numbered them, and todo lo demás.",
                "I work on tides [1] and on storm floods {see my page}.",
                "Ich prüfe Namen in alten Kirchenbüchern <1650 bis 1700>.",
                "Je teste des ponts; mon nom figure dans le rapport (Holm).",
            ),
        ),
        "target": (("[Name]", "<your contact>", "{Vorname} {Nachname}"), ("Name Lab, Osaka", "Firma Holm", "M. Nom")),
    },
    "contact_details_wanted": {
        "ask": (
            (
                "Could you send me his email address?",
                "Please share her phone number with me, I will call her.",
                "The contact details of Mr Berger would be enough.",
                "Könnten Sie mir bitte seine Telefonnummer geben?",
                "Ich brauche ihre E-Mail-Adresse, den Rest mache ich selbst.",
                "Pourriez-vous me donner ses coordonnées ?",
                "J'aimerais avoir son adresse mail.",
            ),
            (
                "A call about how he counts phone numbers in old directories.",
                "Please do not send me her email address; an introduction is what I ask for.",
                "You may pass on my phone number to him if he would like that.",
                "Ein Gespräch über Telefonnummern der Stadt Wien um 1900, 20 Minuten.",
                "Un appel pour savoir comment elle numérote ses carnets de contact.",
            ),
        ),
        "target": (
            ("the email address of Tomasz Wiśniewski", "Kontaktdaten von Tom Berger", "les coordonnées de Tom Berger"),
            (
                "Head of e-mail at Baltic Waters",
                "die Leiterin Kontakt bei Holm",
                "le responsable du courriel chez Holm",
            ),
        ),
    },
    "sales_pitch": {
        "ask": (
            (
                "Ten minutes to give her a demo of our planning tool.",
                "I want to sell them our software for gauges.",
                "Ich möchte unser Produkt vorstellen, 20 Minuten genügen.",
                "Ein unverbindliches Angebot für seine Abteilung.",
                "Vingt minutes pour présenter notre solution à son équipe.",
                "Nous voulons lui vendre un logiciel de suivi.",
            ),
            (
                "I do not want to sell them our software, only to learn which columns matter.",
                "20 minutes about how she teaches pricing in her course.",
                "Keine Werbung: Ich will ihm nichts verkaufen, nur eine Frage zu Spalte drei stellen.",
                "Un appel de 20 minutes sur la solution qu'elle a décrite en 2019.",
            ),
        ),
        "benefit": (
            (
                "Our platform is industry leading and brings real cost savings.",
                "Unsere Plattform ist marktführend, maßgeschneidert und bringt ihr Kosteneinsparung.",
                "Notre plateforme clé en main, sur mesure, avec une remise pour elle.",
            ),
            (
                "She gets early results from our platform.",
                "Sie sieht als Erste, was unsere Plattform misst.",
                "Elle verra la première ce que mesure notre plateforme.",
            ),
        ),
        "about_me": ((), ("We present our product at fairs and sell our products to schools.",)),
    },
    "no_who": {
        "about_me": (
            (
                "",
                "  ",
                "-",
                "n/a",
                "keine",
                "rien",
                "Quelqu'un de très ouvert, et toujours souriant.",
                "Una persona sencilla con muchas ganas de crecer.",
            ),
            (
                "I build boats in Kiel.",
                "Ich baue Boote.",
                "Je vends.",
                "Souriant peut-être, forgeron sûrement : je ferre des chevaux à Mortagne.",
                "Curiosa por naturaleza, y afinadora de pianos en Rosario.",
            ),
        )
    },
    "no_why": {
        "why_them": (
            ("", "?", "see above", "siehe oben", "voir plus haut"),
            ("Because of tides.", "Wegen der Flut.", "Oui, lui."),
        )
    },
    "no_why_now": {
        "why_now": (
            (
                "",
                "ASAP",
                "As soon as possible!",
                "so schnell wie möglich",
                "Dringend.",
                "dès que possible",
                "Pourquoi pas ?",
            ),
            (
                "The model is frozen in May.",
                "Die Messe ist im Mai.",
                "Le salon est en mai.",
                "Now that the gauge has moved",
            ),
        ),
    },
    "no_ask": {
        "ask": (
            ("", "...", "later", "später", "plus tard"),
            ("Which columns?", "Welche Spalten?", "Quelles colonnes ?"),
        )
    },
    "no_benefit": {
        "benefit": (
            (
                "",
                "none",
                "A nice chat.",
                "Networking!",
                "ein nettes Gespräch",
                "Wird sich zeigen.",
                "on verra",
                "Ma gratitude",
            ),
            (
                "She gets the series.",
                "Sie bekommt die Reihe.",
                "Elle recevra la série.",
                "A coffee harvest report for his co-op",
            ),
        ),
    },
    "no_homework": {
        "homework": (
            ("", "none", "LinkedIn", "I googled him.", "Ich habe gegoogelt.", "son site web", "Wikipedia"),
            (
                "I read her book on LinkedIn groups.",
                "Ich habe seine Webseite mit dem Bericht verglichen.",
                "J'ai lu son rapport de 2019.",
            ),
        ),
    },
    "one_sided": {
        "benefit": (
            (
                "It would be great for my career.",
                "They could help me to find a job in the field.",
                "I would learn from him how funding works.",
                "Das würde mir helfen, schneller fertig zu werden.",
                "Ich könnte viel von ihr lernen.",
                "Cela me permettrait de trouver un stage.",
                "Elle pourrait m'aider dans ma recherche.",
            ),
            (
                "She gets the corrected series before it is public.",
                "I can open forty hospitals for a test of the sensor.",
                "He may help me to check the series, and in return I give him the corrected one.",
                "Er bekommt die korrigierte Reihe und einen Gast, der seine Frage beantworten kann.",
                "Ich kann vierzig Krankenhäuser für einen Test öffnen.",
                "Elle recevra la série corrigée avant tout le monde.",
                "Je peux ouvrir quarante hôpitaux pour un essai.",
                "I know how Baltic Waters lost two gauges, and where they are.",
            ),
        ),
    },
    "gift_nobody_wants": {
        "benefit": (
            (
                "I will send her our slide deck.",
                "A free trial of the tool for his team.",
                "Sie erhält einen Gutschein über 50 Euro.",
                "Ein kostenloser Kurs für ihr ganzes Haus.",
                "Il recevra un livre blanc sur la qualité des données.",
                "Un audit gratuit de son site.",
            ),
            (
                "She gets the corrected series, and no slide deck.",
                "A talk before 400 of the people who use her gauges.",
                "Sie erhält die Messwerte, die in ihrem Kurs von 2019 fehlten.",
                "Il recevra nos mesures de 2015, qui manquent à son livre.",
            ),
        ),
    },
    "brain_picking": {
        "ask": (
            (
                "I would love to pick his brain about tides, 20 minutes.",
                "I'd like to buy her a coffee.",
                "Ich würde ihn gern auf einen Kaffee einladen.",
                "Ich möchte von ihrer Erfahrung profitieren.",
                "Je voudrais profiter de son expérience.",
                "Prendre un café avec elle.",
            ),
            (
                "Over a coffee: which columns of the raw records can be trusted?",
                "I do not want to pick her brain; one question about column three, 20 minutes.",
                "Auf einen Kaffee: Welchen Spalten kann man trauen?",
                "Autour d'un café : quelles colonnes restent sûres ?",
                "A visit to his coffee farm, two hours, to see which dryer he uses.",
            ),
        ),
    },
    "vague_ask": {
        "ask": (
            (
                "I would like to connect.",
                "To explore synergies between our two houses.",
                "Ich würde sie gern kennenlernen und mich austauschen.",
                "Wir könnten uns vernetzen.",
                "J'aimerais échanger avec lui.",
                "Faire connaissance et discuter d'opportunités.",
            ),
            (
                "Which columns of the raw records can be trusted?",
                "A chat about which dryer suits a wet valley.",
                "Ein Austausch darüber, welche Spalten stimmen.",
                "Échanger sur les colonnes qui restent sûres.",
                "His review of two pages on how gauges connect to the network.",
            ),
        ),
    },
    "big_ask": {
        "ask": (
            (
                "I hope she will invest in our company.",
                "Would he be my mentor for a year?",
                "Ich wünsche mir sie als Mentorin.",
                "Er soll in uns investieren.",
                "Il s'agit de relire mon manuscrit, 300 pages.",
                "Un point chaque semaine pendant un an.",
            ),
            (
                "One question about how she decides to invest.",
                "20 minutes about her work as a mentor; no job wanted.",
                "Eine Frage dazu, wie er Mentoren auswählt, 20 Minuten.",
                "Une question sur la façon dont elle choisit ses manuscrits.",
            ),
        ),
        "minutes": (
            ("90", "2 hours", "90 minutes", "3 Stunden", "2 heures", "9" * 5000),
            ("20", "60", "1 h", "eine Stunde", "30 min", "", "²"),
        ),
    },
    "generic": {
        "why_them": (
            (
                "She is an inspiring thought leader.",
                "I came across her profile and was struck by it.",
                "Er ist gut vernetzt und ich will mein Netzwerk erweitern.",
                "Ein beeindruckendes Profil.",
                "Une personne intéressante avec un parcours inspirant.",
                "Madame, Monsieur, je voudrais la rencontrer pour un projet.",
                RITA["about_me"],
            ),
            (
                "Her talk in Oslo showed the dryer that we lack.",
                "Her 2019 paper on dryers was inspiring: it names the very valve that fails here.",
                "Ihr Vortrag in Oslo zeigte genau den Trockner, der uns fehlt.",
                "Son exposé d'Oslo montrait le séchoir qui nous manque.",
            ),
        ),
    },
    "suspicious": {
        "benefit": (
            (
                "He can double his money in crypto within a month, returns are guaranteed.",
                "Sein Geld verdoppelt sich in drei Wochen, garantierte Rendite, ganz ohne Risiko.",
                "Son argent double en un mois, le gain est garanti par notre plateforme.",
                "Puede duplicar su dinero en un mes, con ganancias garantizadas y sin riesgo.",
            ),
            (
                "He gets the record of how the harbour doubled its berths in 2019.",
                "Er bekommt die Reihe, in der sich die Zahl der Sturmfluten verdoppelt hat.",
                "Il recevra la liste des pegels dont la mesure est garantie par le port.",
                "Recibe la serie en la que se duplicó el número de tormentas desde 1990.",
            ),
        ),
        "ask": (
            ("Please do not tell anyone that I asked for him.", "He should log in here: https://bank.example/login"),
            ("I logged in to the public archive and read every page of it; one call about page 7.",),
        ),
    },
    "too_short": {
        "why_them": (
            ("He is nice.", "Weil er es weiß.", "Elle est experte.", "好人"),
            (
                "He moved the gauge in Gdynia in 2018.",
                "Er hat den Pegel von Gdynia versetzt.",
                "Il a déplacé le marégraphe de Gdynia.",
                "他在格丁尼亚移动了潮位计并且发表了每十秒一次的记录",
                "",
            ),
        ),
    },
    "too_long": {
        "benefit": (
            ("she gets this " * 60, "sie bekommt dies " * 60, "elle recevra ceci " * 60, "她" * 400, "x" * 5000),
            ("she gets this " * 30, "sie bekommt dies " * 30, "elle recevra ceci " * 30, "她" * 60),
        ),
    },
}
