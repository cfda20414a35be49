"""Words of twelve countries: what organisations, people, cities and streets are called there."""

from __future__ import annotations

from typing import assert_never

import attrs

from vip_domain.values import MarketSegment


@attrs.frozen(kw_only=True)
class Country:
    """How names and addresses look in one country; `#` stands for a digit."""

    code: str
    weight: int
    forms: tuple[str, ...]
    companies: tuple[str, ...]
    offices: tuple[str, ...]
    schools: tuple[str, ...]
    cities: tuple[tuple[str, ...], ...]
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]

    def trades(self, segment: MarketSegment) -> tuple[str, ...]:
        """What organisations of the segment do."""
        match segment:
            case MarketSegment.COM:
                return self.companies
            case MarketSegment.GOV:
                return self.offices
            case MarketSegment.EDU:
                return self.schools
            case _:
                assert_never(segment)


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


def _country(code: str, weight: int, **words: str) -> Country:
    cities = tuple(tuple(city.split("/")) for city in _several(words.pop("cities")))
    rest = {name: _several(text) for name, text in words.items()}
    return Country(code=code, weight=weight, cities=cities, **rest)


COUNTRIES = (
    _country(
        "SE",
        8,
        forms="AB, HB",
        companies="Bokförlag, Måleri, Arkitekter, Bygg, Reklambyrå, Snickeri, Tryckeri, Åkeri",
        offices="Kulturförvaltning, Stadsarkiv, Räddningstjänst, Länsstyrelse",
        schools="Folkhögskola, Gymnasium, Konstskola, Högskola",
        cities="Växjö/Kronobergs län/352 ##, Malmö/Skåne län/211 ##, Göteborg/Västra Götalands "
        "län/411 ##, Östersund/Jämtlands län/831 ##, Linköping/Östergötlands län/582 ##, "
        "Umeå/Västerbottens län/903 ##, Uppsala/Uppsala län/753 ##, Visby/Gotlands län/621 ##",
        streets="Storgatan #, Kungsgatan ##, Östra Ågatan ##, Skeppsbron #, Björkvägen ##",
        first_names="Anna, Göran, Åsa, Erik, Märta, Björn, Linnéa, Olof, Elin, Sören, Ylva, Nils",
        last_names="Åkesson, Lindström, Bergqvist, Sjöberg, Öberg, Hägglund, Nyström, Dahlgren, "
        "Ekström, Wallin, Söderlund, Björklund, Forsberg, Hallberg, Ångström, Lundgren",
    ),
    _country(
        "DK",
        4,
        forms="ApS, A/S",
        companies="Møbler, Bogtrykkeri, Arkitekter, Bageri, Reklamebureau, Rådgivning, Værft, Film",
        offices="Kulturforvaltning, Stadsarkiv, Beredskab, Skatteforvaltning",
        schools="Højskole, Gymnasium, Designskole, Efterskole",
        cities="København/Hovedstaden/1###, Aarhus/Midtjylland/8000, Odense/Syddanmark/5000, "
        "Køge/Sjælland/4600, Aalborg/Nordjylland/9000, Sønderborg/Syddanmark/6400",
        streets="Nørregade ##, Bredgade #, Vestergade ##, Strandvejen ###, Møllevej #",
        first_names="Søren, Kirsten, Jørgen, Mette, Bjørn, Åse, Lærke, Niels, Sofie, Rasmus",
        last_names="Sørensen, Jørgensen, Højgaard, Kjær, Østergaard, Mølgaard, Nørgaard, Lund, "
        "Holm, Bruun, Skov, Thygesen",
    ),
    _country(
        "NO",
        4,
        forms="AS, ANS",
        companies="Fiskeri, Rederi, Arkitekter, Trykkeri, Snekkeri, Rådgivning, Bokhandel",
        offices="Kulturetat, Byarkiv, Brannvesen, Fylkeskommune",
        schools="Folkehøgskole, Videregående skole, Kunsthøgskole, Fagskole",
        cities="Tromsø/Troms/90##, Bodø/Nordland/80##, Ålesund/Møre og Romsdal/60##, "
        "Oslo/Oslo/01##, Bergen/Vestland/50##, Gjøvik/Innlandet/28##",
        streets="Storgata ##, Kirkegata #, Sjøgata ##, Fjordveien ###, Bryggen #",
        first_names="Ingrid, Håkon, Øystein, Kåre, Marit, Sigrid, Bjørg, Lars, Tuva, Frode",
        last_names="Bjørnstad, Ødegård, Strøm, Haugen, Sæther, Nygård, Lie, Moen, Bråten, Solberg, "
        "Tveit, Åsen",
    ),
    _country(
        "FI",
        3,
        forms="Oy, Ky",
        companies="Kirjapaino, Rakennus, Mainostoimisto, Kalustehuone, Leipomo, Elokuva, Telakka",
        offices="Kulttuuritoimi, Kaupunginarkisto, Pelastuslaitos, Sivistystoimi",
        schools="Kansanopisto, Lukio, Taidekoulu, Ammattikorkeakoulu",
        cities="Jyväskylä/Keski-Suomi/40###, Hämeenlinna/Kanta-Häme/13###, Espoo/Uusimaa/02###, "
        "Seinäjoki/Etelä-Pohjanmaa/60###, Turku/Varsinais-Suomi/20###, Oulu/Pohjanmaa/90###",
        streets="Kauppakatu ##, Mannerheimintie ###, Länsikatu #, Hämeentie ##, Satamakatu #",
        first_names="Päivi, Jyrki, Maija-Liisa, Väinö, Hilkka, Sampo, Tuula, Mikko, Aino, Eero",
        last_names="Mäkinen, Hämäläinen, Järvinen, Kettunen, Lehtonen, Niemi, Pöyry, Räsänen, "
        "Saarinen, Väisänen, Ylönen, Koskinen",
    ),
    _country(
        "DE",
        6,
        forms="GmbH, KG",
        companies="Druckerei, Verlag, Möbelwerkstätten, Werbeagentur, Maschinenbau, Brauerei, "
        "Architekten, Filmstudio",
        offices="Kulturamt, Stadtarchiv, Vermessungsamt, Bürgerbüro",
        schools="Gymnasium, Kunsthochschule, Berufskolleg, Volkshochschule",
        cities="Köln/Nordrhein-Westfalen/506##, München/Bayern/803##, Würzburg/Bayern/970##, "
        "Göttingen/Niedersachsen/370##, Leipzig/Sachsen/041##, Lübeck/Schleswig-Holstein/235##, "
        "Gießen/Hessen/353##, Tübingen/Baden-Württemberg/720##",
        streets="Hauptstraße ##, Schloßallee #, Mühlenweg ##, Königstraße ##, Am Römerplatz #",
        first_names="Jürgen, Käthe, Günther, Sabine, Björn, Anneliese, Jörg, Heike, Sören, Ulrike",
        last_names="Müller, Schröder, Böhm, Krüger, Weiß, Größer, Jäger, Köhler, Voß, Lehmann, "
        "Fröhlich, Hübner, Schäfer, Brandt",
    ),
    _country(
        "FR",
        5,
        forms="SARL, SAS",
        companies="Éditions, Imprimerie, Menuiserie, Architectes, Boulangerie, Cinéma, Conseil, "
        "Pâtisserie",
        offices="Archives municipales, Médiathèque, Préfecture, Musée",
        schools="Lycée, Collège, École d'art, Université",
        cities="Orléans/Centre-Val de Loire/45000, Besançon/Bourgogne-Franche-Comté/25000, "
        "Nîmes/Occitanie/30000, Lyon/Auvergne-Rhône-Alpes/6900#, Saint-Étienne/Auvergne-Rhône-"
        "Alpes/42000, Paris/Île-de-France/750##",
        streets="# rue de la République, ## avenue Molière, # quai aux Fleurs, ## rue du Château",
        first_names="Hélène, François, Zoé, Benoît, Noëlle, Jérôme, Cécile, Gaël, Anaïs, Loïc",
        last_names="Lefèvre, Gauthier, Béranger, Chéreau, Dubois, Fournier, Garçon, Lemaître, "
        "Mérieux, Prévost, Rousseau, Noël",
    ),
    _country(
        "PL",
        4,
        forms="Sp. z o.o., S.A.",
        companies="Drukarnia, Wydawnictwo, Stolarnia, Piekarnia, Agencja, Studio Światła",
        offices="Urząd Miasta, Archiwum, Straż Pożarna, Muzeum",
        schools="Liceum, Politechnika, Szkoła Plastyczna, Technikum",
        cities="Łódź/łódzkie/90-###, Gdańsk/pomorskie/80-###, Kraków/małopolskie/31-###, "
        "Wrocław/dolnośląskie/50-###, Toruń/kujawsko-pomorskie/87-###, Białystok/podlaskie/15-###",
        streets="ul. Długa ##, ul. Świętojańska #, al. Wolności ##, ul. Słowackiego ##",
        first_names="Łukasz, Małgorzata, Grażyna, Paweł, Zofia, Stanisław, Żaneta, Michał, Bożena",
        last_names="Wiśniewska, Zieliński, Dąbrowska, Łuczak, Wójcik, Żak, Śliwa, Kowalczyk, "
        "Gołąb, Piątek, Król, Nowak",
    ),
    _country(
        "ES",
        4,
        forms="S.L., S.A.",
        companies="Imprenta, Editorial, Diseño, Bodegas, Carpintería, Fotografía, Panadería, Cine",
        offices="Ayuntamiento, Archivo, Biblioteca, Museo",
        schools="Colegio, Instituto, Escuela de Diseño, Universidad",
        cities="Logroño/La Rioja/260##, Málaga/Andalucía/290##, A Coruña/Galicia/150##, "
        "León/Castilla y León/240##, Cádiz/Andalucía/110##, Gijón/Asturias/332##",
        streets="Calle Mayor ##, Plaza de España #, Avenida de la Constitución ##, Calle Niño #",
        first_names="Begoña, José, Íñigo, Concepción, Ramón, Lucía, Andrés, Nuria, Sofía, Iván",
        last_names="Muñoz, Ibáñez, Peña, García, Núñez, Castaño, Rodríguez, López, Zúñiga, Marín, "
        "Ordóñez, Vidal",
    ),
    _country(
        "IT",
        4,
        forms="S.r.l., S.p.A.",
        companies="Tipografia, Editrice, Arredamenti, Ceramiche, Grafica, Pasticceria, Cinema",
        offices="Comune, Archivio, Biblioteca, Museo Civico",
        schools="Liceo, Accademia, Istituto Tecnico, Università",
        cities="Forlì/Emilia-Romagna/4712#, Cefalù/Sicilia/90015, Torino/Piemonte/101##, "
        "L'Aquila/Abruzzo/67100, Cantù/Lombardia/22063, Firenze/Toscana/501##",
        streets="Via Garibaldi ##, Piazza Libertà #, Corso Italia ##, Via della Città #",
        first_names="Niccolò, Giulia, Mosè, Chiara, Noè, Alessandro, Desirè, Paola, Dario",
        last_names="Cantù, Forlì, Rossi, Nardò, Colombo, Bellucci, Salò, Marini, Patanè, Ricci, "
        "Conti, Galli",
    ),
    _country(
        "PT",
        3,
        forms="Lda, S.A.",
        companies="Gráfica, Edições, Mobiliário, Cerâmica, Fotografia, Construções, Padaria",
        offices="Câmara Municipal, Arquivo, Biblioteca, Museu",
        schools="Escola Secundária, Colégio, Politécnico, Academia",
        cities="Évora/Alentejo/7000-###, Braga/Norte/4700-###, Setúbal/Lisboa/2900-###, "
        "Guimarães/Norte/4800-###, Covilhã/Centro/6200-###, Faro/Algarve/8000-###",
        streets="Rua da Conceição ##, Avenida da Liberdade ###, Largo do Carmo #, Rua São João #",
        first_names="João, Conceição, António, Inês, Sebastião, Graça, Luís, Mónica, Tomé",
        last_names="Gonçalves, Magalhães, Conceição, Simões, Araújo, Falcão, Brandão, Teixeira, "
        "Guimarães, Leitão, Pires, Lopes",
    ),
    _country(
        "NL",
        3,
        forms="B.V., V.O.F.",
        companies="Drukkerij, Uitgeverij, Meubelmakerij, Architecten, Reclamebureau, Rederij",
        offices="Gemeente, Stadsarchief, Waterschap, Museum",
        schools="Lyceum, Kunstacademie, Hogeschool, Atheneum",
        cities="Utrecht/Utrecht/35## AB, Groningen/Groningen/97## KL, Coëvorden/Drenthe/77## CD, "
        "Zwolle/Overijssel/80## NE, Haarlem/Noord-Holland/20## GH, Breda/Noord-Brabant/48## XZ",
        streets="Dorpsstraat ##, Grote Markt #, Kerkstraat ##, Oude Gracht ###",
        first_names="Zoë, Jeroen, Loïs, Pieter, Daniëlle, Joost, Noëlle, Sjoerd, Femke, Chloë",
        last_names="de Vries, Coëlho, van Dijk, Daniëls, Bakker, Michiels, Geërts, Smit, Visser, "
        "Mulder",
    ),
    _country(
        "CZ",
        2,
        forms="s.r.o., a.s.",
        companies="Tiskárna, Nakladatelství, Truhlářství, Pivovar, Ateliér, Pekařství, Sklárna",
        offices="Městský úřad, Archiv, Knihovna, Muzeum",
        schools="Gymnázium, Umělecká škola, Průmyslovka, Univerzita",
        cities="Plzeň/Plzeňský kraj/301 ##, Olomouc/Olomoucký kraj/779 ##, "
        "Třebíč/Kraj Vysočina/674 ##, Brno/Jihomoravský kraj/602 ##, Jičín/Hradecko/506 ##",
        streets="Náměstí Míru #, Dlouhá ##, Husova ##, U Zámku #",
        first_names="Jiří, Zdeňka, Ondřej, Šárka, Lukáš, Květa, Tomáš, Anežka, Bořivoj",
        last_names="Dvořák, Novotná, Procházka, Kučera, Horáček, Němec, Šimek, Říha, Beneš, Žižka",
    ),
)

PRODUCTS = (
    "Creative Cloud All Apps",
    "Acrobat Pro",
    "Photoshop",
    "Acrobat Standard",
    "InDesign",
    "Illustrator",
    "Premiere Pro",
    "Lightroom",
    "After Effects",
    "Substance 3D Collection",
)
TEAM = ("anna.lindqvist", "johan.ekstrom", "sofia.bergman", "mikael.oberg", "ingrid.dahl")
OTHER_RESELLERS = {
    "R-KONTUR": ("petra.holm", "lars.nygren"),
    "R-FJORDBIT": ("ingunn.moe", "terje.bakke"),
    "R-ALPENWARE": ("franz.huber", "katrin.moser"),
    "R-VISTULA": ("ewa.nowicka", "piotr.lis"),
    "R-LUMIERE-IT": ("claire.martin", "hugo.petit"),
    "R-IBERSOFT": ("marta.rojas", "rui.tavares"),
}
