package party

import (
	"strings"
	"unicode"
)

// The subdivisions by country: ISO 3166-2 code without the country, the first signs of the postal codes that lie in it
// where that can be told, and the name. They come from the posts' published ranges: the United States Postal Service by
// its first digit with the few exceptions, Canada Post by its first letter, Correos de México by its first two digits.
const (
	regionsUS = `
AL 3 Alabama
AK 9 Alaska
AZ 8 Arizona
AR 7 Arkansas
CA 9 California
CO 8 Colorado
CT 0 Connecticut
DE 1 Delaware
DC 2,569 District of Columbia
FL 3 Florida
GA 3 Georgia
HI 9 Hawaii
ID 8 Idaho
IL 6 Illinois
IN 4 Indiana
IA 5 Iowa
KS 6 Kansas
KY 4 Kentucky
LA 7 Louisiana
ME 0 Maine
MD 2 Maryland
MA 0 Massachusetts
MI 4 Michigan
MN 5 Minnesota
MS 3 Mississippi
MO 6 Missouri
MT 5 Montana
NE 6 Nebraska
NV 8 Nevada
NH 0 New Hampshire
NJ 0 New Jersey
NM 8 New Mexico
NY 1,005,063 New York
NC 2 North Carolina
ND 5 North Dakota
OH 4 Ohio
OK 7 Oklahoma
OR 9 Oregon
PA 1 Pennsylvania
RI 0 Rhode Island
SC 2 South Carolina
SD 5 South Dakota
TN 3 Tennessee
TX 7,885 Texas
UT 8 Utah
VT 0 Vermont
VA 2 Virginia
WA 9 Washington
WV 2 West Virginia
WI 5 Wisconsin
WY 8 Wyoming
AS 967 American Samoa
GU 969 Guam
MP 969 Northern Mariana Islands
PR 006,007,009 Puerto Rico
VI 008 Virgin Islands
AA 340 Armed Forces Americas
AE 09 Armed Forces Europe
AP 962,963,964,965,966 Armed Forces Pacific
FM 969 Micronesia
MH 969 Marshall Islands
PW 969 Palau
`
	regionsCA = `
AB T Alberta
BC V British Columbia
MB R Manitoba
NB E New Brunswick
NL A Newfoundland and Labrador
NS B Nova Scotia
NT X Northwest Territories
NU X Nunavut
ON K,L,M,N,P Ontario
PE C Prince Edward Island
QC G,H,J,K Quebec
SK S Saskatchewan
YT Y Yukon
`
	regionsMX = `
AGU 20 Aguascalientes
BCN 21,22 Baja California
BCS 23 Baja California Sur
CAM 24 Campeche
CHH 31,32,33 Chihuahua
CHP 29,30 Chiapas
CMX 0,10,11,12,13,14,15,16 Ciudad de México
COA 25,26,27 Coahuila
COL 28 Colima
DUR 34,35 Durango
GRO 39,40,41 Guerrero
GUA 36,37,38 Guanajuato
HID 42,43 Hidalgo
JAL 44,45,46,47,48,49 Jalisco
MEX 50,51,52,53,54,55,56,57 México
MIC 58,59,60,61 Michoacán
MOR 62 Morelos
NAY 63 Nayarit
NLE 64,65,66,67 Nuevo León
OAX 68,69,70,71 Oaxaca
PUE 72,73,74,75 Puebla
QUE 76 Querétaro
ROO 77 Quintana Roo
SIN 80,81,82 Sinaloa
SLP 78,79 San Luis Potosí
SON 83,84,85 Sonora
TAB 86 Tabasco
TAM 87,88,89 Tamaulipas
TLA 90 Tlaxcala
VER 91,92,93,94,95,96 Veracruz
YUC 97 Yucatán
ZAC 98,99 Zacatecas
`
	regionsDE = `
BB * Brandenburg
BE * Berlin
BW * Baden-Württemberg
BY * Bayern
HB * Bremen
HE * Hessen
HH * Hamburg
MV * Mecklenburg-Vorpommern
NI * Niedersachsen
NW * Nordrhein-Westfalen
RP * Rheinland-Pfalz
SH * Schleswig-Holstein
SL * Saarland
SN * Sachsen
ST * Sachsen-Anhalt
TH * Thüringen
`
)

// mexicoShort are the two-letter abbreviations of Mexican states that North American systems use, because X12 element
// 156 holds two letters, with the ISO code of each.
const mexicoShort = " AG=AGU BC=BCN BS=BCS CM=CAM CH=CHH CS=CHP CX=CMX DF=CMX CO=COA CL=COL DG=DUR GR=GRO GT=GUA HG=HID " +
	"JA=JAL JC=JAL EM=MEX MX=MEX MI=MIC MO=MOR NA=NAY NL=NLE OA=OAX PU=PUE QT=QUE QR=ROO SI=SIN SL=SLP SO=SON TB=TAB " +
	"TM=TAM TL=TLA VE=VER YU=YUC ZA=ZAC "

// regions is the table of a country, empty where none is kept here.
func (c Country) regions() string {
	switch c {
	case UnitedStates:
		return regionsUS
	case Canada:
		return regionsCA
	case Mexico:
		return regionsMX
	case Germany:
		return regionsDE
	default:
		return ""
	}
}

// normalRegion gives the code for what stands in a state field: a code in any case, a name in any case and with or
// without accents, or a Mexican abbreviation of two letters. What it does not know it gives back in upper case.
func normalRegion(country Country, text string) string {
	want := fold(squeeze(text))
	want = strings.TrimPrefix(want, string(country)+"-") // the full code of ISO 3166-2
	for line := range strings.SplitSeq(strings.Trim(country.regions(), "\n"), "\n") {
		if code, _, name := region(line); code == want || becomes(name, want, foldLetter) {
			return code
		}
	}
	if country == Mexico && len(want) == 2 {
		if _, rest, ok := strings.Cut(mexicoShort, " "+want+"="); ok {
			return rest[:3]
		}
	}
	return want
}

// findRegion looks a code up; ok is false where the country's table does not have it.
func findRegion(country Country, code string) (prefixes, name string, ok bool) {
	for line := range strings.SplitSeq(strings.Trim(country.regions(), "\n"), "\n") {
		if c, p, n := region(line); c == code && c != "" {
			return p, n, true
		}
	}
	return "", "", false
}

// inRegion reports whether a postal code begins as those of the region do.
func inRegion(postal, prefixes string) bool {
	if prefixes == "*" {
		return true
	}
	for p := range strings.SplitSeq(prefixes, ",") {
		if strings.HasPrefix(postal, p) {
			return true
		}
	}
	return false
}

func region(line string) (code, prefixes, name string) {
	code, rest, _ := strings.Cut(line, " ")
	prefixes, name, _ = strings.Cut(rest, " ")
	return code, prefixes, name
}

// fold makes upper case and takes the accents off the letters that occur in the names above.
func fold(text string) string { return strings.Map(foldLetter, text) }

func foldLetter(r rune) rune {
	switch r = unicode.ToUpper(r); r {
	case 'Á':
		return 'A'
	case 'É':
		return 'E'
	case 'Í':
		return 'I'
	case 'Ó':
		return 'O'
	case 'Ú', 'Ü':
		return 'U'
	default:
		return r
	}
}
