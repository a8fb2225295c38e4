package money

// The active currencies of ISO 4217 that have minor units, funds included, as
// of amendment 180 (1 January 2026). Codes without minor units (metals, SDR,
// units of account, testing) are not here: nothing is priced in them.
const (
	AED Currency = 'A'<<24 + 'E'<<16 + 'D'<<8 + 2 // UAE Dirham
	AFN Currency = 'A'<<24 + 'F'<<16 + 'N'<<8 + 2 // Afghani
	ALL Currency = 'A'<<24 + 'L'<<16 + 'L'<<8 + 2 // Lek
	AMD Currency = 'A'<<24 + 'M'<<16 + 'D'<<8 + 2 // Armenian Dram
	AOA Currency = 'A'<<24 + 'O'<<16 + 'A'<<8 + 2 // Kwanza
	ARS Currency = 'A'<<24 + 'R'<<16 + 'S'<<8 + 2 // Argentine Peso
	AUD Currency = 'A'<<24 + 'U'<<16 + 'D'<<8 + 2 // Australian Dollar
	AWG Currency = 'A'<<24 + 'W'<<16 + 'G'<<8 + 2 // Aruban Florin
	AZN Currency = 'A'<<24 + 'Z'<<16 + 'N'<<8 + 2 // Azerbaijan Manat
	BAM Currency = 'B'<<24 + 'A'<<16 + 'M'<<8 + 2 // Convertible Mark
	BBD Currency = 'B'<<24 + 'B'<<16 + 'D'<<8 + 2 // Barbados Dollar
	BDT Currency = 'B'<<24 + 'D'<<16 + 'T'<<8 + 2 // Taka
	BHD Currency = 'B'<<24 + 'H'<<16 + 'D'<<8 + 3 // Bahraini Dinar
	BIF Currency = 'B'<<24 + 'I'<<16 + 'F'<<8 + 0 // Burundi Franc
	BMD Currency = 'B'<<24 + 'M'<<16 + 'D'<<8 + 2 // Bermudian Dollar
	BND Currency = 'B'<<24 + 'N'<<16 + 'D'<<8 + 2 // Brunei Dollar
	BOB Currency = 'B'<<24 + 'O'<<16 + 'B'<<8 + 2 // Boliviano
	BOV Currency = 'B'<<24 + 'O'<<16 + 'V'<<8 + 2 // Mvdol
	BRL Currency = 'B'<<24 + 'R'<<16 + 'L'<<8 + 2 // Brazilian Real
	BSD Currency = 'B'<<24 + 'S'<<16 + 'D'<<8 + 2 // Bahamian Dollar
	BTN Currency = 'B'<<24 + 'T'<<16 + 'N'<<8 + 2 // Ngultrum
	BWP Currency = 'B'<<24 + 'W'<<16 + 'P'<<8 + 2 // Pula
	BYN Currency = 'B'<<24 + 'Y'<<16 + 'N'<<8 + 2 // Belarusian Ruble
	BZD Currency = 'B'<<24 + 'Z'<<16 + 'D'<<8 + 2 // Belize Dollar
	CAD Currency = 'C'<<24 + 'A'<<16 + 'D'<<8 + 2 // Canadian Dollar
	CDF Currency = 'C'<<24 + 'D'<<16 + 'F'<<8 + 2 // Congolese Franc
	CHE Currency = 'C'<<24 + 'H'<<16 + 'E'<<8 + 2 // WIR Euro
	CHF Currency = 'C'<<24 + 'H'<<16 + 'F'<<8 + 2 // Swiss Franc
	CHW Currency = 'C'<<24 + 'H'<<16 + 'W'<<8 + 2 // WIR Franc
	CLF Currency = 'C'<<24 + 'L'<<16 + 'F'<<8 + 4 // Unidad de Fomento
	CLP Currency = 'C'<<24 + 'L'<<16 + 'P'<<8 + 0 // Chilean Peso
	CNY Currency = 'C'<<24 + 'N'<<16 + 'Y'<<8 + 2 // Yuan Renminbi
	COP Currency = 'C'<<24 + 'O'<<16 + 'P'<<8 + 2 // Colombian Peso
	COU Currency = 'C'<<24 + 'O'<<16 + 'U'<<8 + 2 // Unidad de Valor Real
	CRC Currency = 'C'<<24 + 'R'<<16 + 'C'<<8 + 2 // Costa Rican Colon
	CUP Currency = 'C'<<24 + 'U'<<16 + 'P'<<8 + 2 // Cuban Peso
	CVE Currency = 'C'<<24 + 'V'<<16 + 'E'<<8 + 2 // Cabo Verde Escudo
	CZK Currency = 'C'<<24 + 'Z'<<16 + 'K'<<8 + 2 // Czech Koruna
	DJF Currency = 'D'<<24 + 'J'<<16 + 'F'<<8 + 0 // Djibouti Franc
	DKK Currency = 'D'<<24 + 'K'<<16 + 'K'<<8 + 2 // Danish Krone
	DOP Currency = 'D'<<24 + 'O'<<16 + 'P'<<8 + 2 // Dominican Peso
	DZD Currency = 'D'<<24 + 'Z'<<16 + 'D'<<8 + 2 // Algerian Dinar
	EGP Currency = 'E'<<24 + 'G'<<16 + 'P'<<8 + 2 // Egyptian Pound
	ERN Currency = 'E'<<24 + 'R'<<16 + 'N'<<8 + 2 // Nakfa
	ETB Currency = 'E'<<24 + 'T'<<16 + 'B'<<8 + 2 // Ethiopian Birr
	EUR Currency = 'E'<<24 + 'U'<<16 + 'R'<<8 + 2 // Euro
	FJD Currency = 'F'<<24 + 'J'<<16 + 'D'<<8 + 2 // Fiji Dollar
	FKP Currency = 'F'<<24 + 'K'<<16 + 'P'<<8 + 2 // Falkland Islands Pound
	GBP Currency = 'G'<<24 + 'B'<<16 + 'P'<<8 + 2 // Pound Sterling
	GEL Currency = 'G'<<24 + 'E'<<16 + 'L'<<8 + 2 // Lari
	GHS Currency = 'G'<<24 + 'H'<<16 + 'S'<<8 + 2 // Ghana Cedi
	GIP Currency = 'G'<<24 + 'I'<<16 + 'P'<<8 + 2 // Gibraltar Pound
	GMD Currency = 'G'<<24 + 'M'<<16 + 'D'<<8 + 2 // Dalasi
	GNF Currency = 'G'<<24 + 'N'<<16 + 'F'<<8 + 0 // Guinean Franc
	GTQ Currency = 'G'<<24 + 'T'<<16 + 'Q'<<8 + 2 // Quetzal
	GYD Currency = 'G'<<24 + 'Y'<<16 + 'D'<<8 + 2 // Guyana Dollar
	HKD Currency = 'H'<<24 + 'K'<<16 + 'D'<<8 + 2 // Hong Kong Dollar
	HNL Currency = 'H'<<24 + 'N'<<16 + 'L'<<8 + 2 // Lempira
	HTG Currency = 'H'<<24 + 'T'<<16 + 'G'<<8 + 2 // Gourde
	HUF Currency = 'H'<<24 + 'U'<<16 + 'F'<<8 + 2 // Forint
	IDR Currency = 'I'<<24 + 'D'<<16 + 'R'<<8 + 2 // Rupiah
	ILS Currency = 'I'<<24 + 'L'<<16 + 'S'<<8 + 2 // New Israeli Sheqel
	INR Currency = 'I'<<24 + 'N'<<16 + 'R'<<8 + 2 // Indian Rupee
	IQD Currency = 'I'<<24 + 'Q'<<16 + 'D'<<8 + 3 // Iraqi Dinar
	IRR Currency = 'I'<<24 + 'R'<<16 + 'R'<<8 + 2 // Iranian Rial
	ISK Currency = 'I'<<24 + 'S'<<16 + 'K'<<8 + 0 // Iceland Krona
	JMD Currency = 'J'<<24 + 'M'<<16 + 'D'<<8 + 2 // Jamaican Dollar
	JOD Currency = 'J'<<24 + 'O'<<16 + 'D'<<8 + 3 // Jordanian Dinar
	JPY Currency = 'J'<<24 + 'P'<<16 + 'Y'<<8 + 0 // Yen
	KES Currency = 'K'<<24 + 'E'<<16 + 'S'<<8 + 2 // Kenyan Shilling
	KGS Currency = 'K'<<24 + 'G'<<16 + 'S'<<8 + 2 // Som
	KHR Currency = 'K'<<24 + 'H'<<16 + 'R'<<8 + 2 // Riel
	KMF Currency = 'K'<<24 + 'M'<<16 + 'F'<<8 + 0 // Comorian Franc
	KPW Currency = 'K'<<24 + 'P'<<16 + 'W'<<8 + 2 // North Korean Won
	KRW Currency = 'K'<<24 + 'R'<<16 + 'W'<<8 + 0 // Won
	KWD Currency = 'K'<<24 + 'W'<<16 + 'D'<<8 + 3 // Kuwaiti Dinar
	KYD Currency = 'K'<<24 + 'Y'<<16 + 'D'<<8 + 2 // Cayman Islands Dollar
	KZT Currency = 'K'<<24 + 'Z'<<16 + 'T'<<8 + 2 // Tenge
	LAK Currency = 'L'<<24 + 'A'<<16 + 'K'<<8 + 2 // Lao Kip
	LBP Currency = 'L'<<24 + 'B'<<16 + 'P'<<8 + 2 // Lebanese Pound
	LKR Currency = 'L'<<24 + 'K'<<16 + 'R'<<8 + 2 // Sri Lanka Rupee
	LRD Currency = 'L'<<24 + 'R'<<16 + 'D'<<8 + 2 // Liberian Dollar
	LSL Currency = 'L'<<24 + 'S'<<16 + 'L'<<8 + 2 // Loti
	LYD Currency = 'L'<<24 + 'Y'<<16 + 'D'<<8 + 3 // Libyan Dinar
	MAD Currency = 'M'<<24 + 'A'<<16 + 'D'<<8 + 2 // Moroccan Dirham
	MDL Currency = 'M'<<24 + 'D'<<16 + 'L'<<8 + 2 // Moldovan Leu
	MGA Currency = 'M'<<24 + 'G'<<16 + 'A'<<8 + 2 // Malagasy Ariary
	MKD Currency = 'M'<<24 + 'K'<<16 + 'D'<<8 + 2 // Denar
	MMK Currency = 'M'<<24 + 'M'<<16 + 'K'<<8 + 2 // Kyat
	MNT Currency = 'M'<<24 + 'N'<<16 + 'T'<<8 + 2 // Tugrik
	MOP Currency = 'M'<<24 + 'O'<<16 + 'P'<<8 + 2 // Pataca
	MRU Currency = 'M'<<24 + 'R'<<16 + 'U'<<8 + 2 // Ouguiya
	MUR Currency = 'M'<<24 + 'U'<<16 + 'R'<<8 + 2 // Mauritius Rupee
	MVR Currency = 'M'<<24 + 'V'<<16 + 'R'<<8 + 2 // Rufiyaa
	MWK Currency = 'M'<<24 + 'W'<<16 + 'K'<<8 + 2 // Malawi Kwacha
	MXN Currency = 'M'<<24 + 'X'<<16 + 'N'<<8 + 2 // Mexican Peso
	MXV Currency = 'M'<<24 + 'X'<<16 + 'V'<<8 + 2 // Mexican Unidad de Inversion (UDI)
	MYR Currency = 'M'<<24 + 'Y'<<16 + 'R'<<8 + 2 // Malaysian Ringgit
	MZN Currency = 'M'<<24 + 'Z'<<16 + 'N'<<8 + 2 // Mozambique Metical
	NAD Currency = 'N'<<24 + 'A'<<16 + 'D'<<8 + 2 // Namibia Dollar
	NGN Currency = 'N'<<24 + 'G'<<16 + 'N'<<8 + 2 // Naira
	NIO Currency = 'N'<<24 + 'I'<<16 + 'O'<<8 + 2 // Cordoba Oro
	NOK Currency = 'N'<<24 + 'O'<<16 + 'K'<<8 + 2 // Norwegian Krone
	NPR Currency = 'N'<<24 + 'P'<<16 + 'R'<<8 + 2 // Nepalese Rupee
	NZD Currency = 'N'<<24 + 'Z'<<16 + 'D'<<8 + 2 // New Zealand Dollar
	OMR Currency = 'O'<<24 + 'M'<<16 + 'R'<<8 + 3 // Rial Omani
	PAB Currency = 'P'<<24 + 'A'<<16 + 'B'<<8 + 2 // Balboa
	PEN Currency = 'P'<<24 + 'E'<<16 + 'N'<<8 + 2 // Sol
	PGK Currency = 'P'<<24 + 'G'<<16 + 'K'<<8 + 2 // Kina
	PHP Currency = 'P'<<24 + 'H'<<16 + 'P'<<8 + 2 // Philippine Peso
	PKR Currency = 'P'<<24 + 'K'<<16 + 'R'<<8 + 2 // Pakistan Rupee
	PLN Currency = 'P'<<24 + 'L'<<16 + 'N'<<8 + 2 // Zloty
	PYG Currency = 'P'<<24 + 'Y'<<16 + 'G'<<8 + 0 // Guarani
	QAR Currency = 'Q'<<24 + 'A'<<16 + 'R'<<8 + 2 // Qatari Rial
	RON Currency = 'R'<<24 + 'O'<<16 + 'N'<<8 + 2 // Romanian Leu
	RSD Currency = 'R'<<24 + 'S'<<16 + 'D'<<8 + 2 // Serbian Dinar
	RUB Currency = 'R'<<24 + 'U'<<16 + 'B'<<8 + 2 // Russian Ruble
	RWF Currency = 'R'<<24 + 'W'<<16 + 'F'<<8 + 0 // Rwanda Franc
	SAR Currency = 'S'<<24 + 'A'<<16 + 'R'<<8 + 2 // Saudi Riyal
	SBD Currency = 'S'<<24 + 'B'<<16 + 'D'<<8 + 2 // Solomon Islands Dollar
	SCR Currency = 'S'<<24 + 'C'<<16 + 'R'<<8 + 2 // Seychelles Rupee
	SDG Currency = 'S'<<24 + 'D'<<16 + 'G'<<8 + 2 // Sudanese Pound
	SEK Currency = 'S'<<24 + 'E'<<16 + 'K'<<8 + 2 // Swedish Krona
	SGD Currency = 'S'<<24 + 'G'<<16 + 'D'<<8 + 2 // Singapore Dollar
	SHP Currency = 'S'<<24 + 'H'<<16 + 'P'<<8 + 2 // Saint Helena Pound
	SLE Currency = 'S'<<24 + 'L'<<16 + 'E'<<8 + 2 // Leone
	SOS Currency = 'S'<<24 + 'O'<<16 + 'S'<<8 + 2 // Somali Shilling
	SRD Currency = 'S'<<24 + 'R'<<16 + 'D'<<8 + 2 // Surinam Dollar
	SSP Currency = 'S'<<24 + 'S'<<16 + 'P'<<8 + 2 // South Sudanese Pound
	STN Currency = 'S'<<24 + 'T'<<16 + 'N'<<8 + 2 // Dobra
	SVC Currency = 'S'<<24 + 'V'<<16 + 'C'<<8 + 2 // El Salvador Colon
	SYP Currency = 'S'<<24 + 'Y'<<16 + 'P'<<8 + 2 // Syrian Pound
	SZL Currency = 'S'<<24 + 'Z'<<16 + 'L'<<8 + 2 // Lilangeni
	THB Currency = 'T'<<24 + 'H'<<16 + 'B'<<8 + 2 // Baht
	TJS Currency = 'T'<<24 + 'J'<<16 + 'S'<<8 + 2 // Somoni
	TMT Currency = 'T'<<24 + 'M'<<16 + 'T'<<8 + 2 // Turkmenistan New Manat
	TND Currency = 'T'<<24 + 'N'<<16 + 'D'<<8 + 3 // Tunisian Dinar
	TOP Currency = 'T'<<24 + 'O'<<16 + 'P'<<8 + 2 // Pa’anga
	TRY Currency = 'T'<<24 + 'R'<<16 + 'Y'<<8 + 2 // Turkish Lira
	TTD Currency = 'T'<<24 + 'T'<<16 + 'D'<<8 + 2 // Trinidad and Tobago Dollar
	TWD Currency = 'T'<<24 + 'W'<<16 + 'D'<<8 + 2 // New Taiwan Dollar
	TZS Currency = 'T'<<24 + 'Z'<<16 + 'S'<<8 + 2 // Tanzanian Shilling
	UAH Currency = 'U'<<24 + 'A'<<16 + 'H'<<8 + 2 // Hryvnia
	UGX Currency = 'U'<<24 + 'G'<<16 + 'X'<<8 + 0 // Uganda Shilling
	USD Currency = 'U'<<24 + 'S'<<16 + 'D'<<8 + 2 // US Dollar
	USN Currency = 'U'<<24 + 'S'<<16 + 'N'<<8 + 2 // US Dollar (Next day)
	UYI Currency = 'U'<<24 + 'Y'<<16 + 'I'<<8 + 0 // Uruguay Peso en Unidades Indexadas (UI)
	UYU Currency = 'U'<<24 + 'Y'<<16 + 'U'<<8 + 2 // Peso Uruguayo
	UYW Currency = 'U'<<24 + 'Y'<<16 + 'W'<<8 + 4 // Unidad Previsional
	UZS Currency = 'U'<<24 + 'Z'<<16 + 'S'<<8 + 2 // Uzbekistan Sum
	VED Currency = 'V'<<24 + 'E'<<16 + 'D'<<8 + 2 // Bolívar Digital
	VES Currency = 'V'<<24 + 'E'<<16 + 'S'<<8 + 2 // Bolívar Soberano
	VND Currency = 'V'<<24 + 'N'<<16 + 'D'<<8 + 0 // Dong
	VUV Currency = 'V'<<24 + 'U'<<16 + 'V'<<8 + 0 // Vatu
	WST Currency = 'W'<<24 + 'S'<<16 + 'T'<<8 + 2 // Tala
	XAD Currency = 'X'<<24 + 'A'<<16 + 'D'<<8 + 2 // Arab Accounting Dinar
	XAF Currency = 'X'<<24 + 'A'<<16 + 'F'<<8 + 0 // CFA Franc BEAC
	XCD Currency = 'X'<<24 + 'C'<<16 + 'D'<<8 + 2 // East Caribbean Dollar
	XCG Currency = 'X'<<24 + 'C'<<16 + 'G'<<8 + 2 // Caribbean Guilder
	XOF Currency = 'X'<<24 + 'O'<<16 + 'F'<<8 + 0 // CFA Franc BCEAO
	XPF Currency = 'X'<<24 + 'P'<<16 + 'F'<<8 + 0 // CFP Franc
	YER Currency = 'Y'<<24 + 'E'<<16 + 'R'<<8 + 2 // Yemeni Rial
	ZAR Currency = 'Z'<<24 + 'A'<<16 + 'R'<<8 + 2 // Rand
	ZMW Currency = 'Z'<<24 + 'M'<<16 + 'W'<<8 + 2 // Zambian Kwacha
	ZWG Currency = 'Z'<<24 + 'W'<<16 + 'G'<<8 + 2 // Zimbabwe Gold
)

// IsValid reports whether c is one of the currencies above. The zero Currency is
// not.
func (c Currency) IsValid() bool {
	switch c {
	case AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, AZN, BAM, BBD, BDT,
		BHD, BIF, BMD, BND, BOB, BOV, BRL, BSD, BTN, BWP, BYN, BZD,
		CAD, CDF, CHE, CHF, CHW, CLF, CLP, CNY, COP, COU, CRC, CUP,
		CVE, CZK, DJF, DKK, DOP, DZD, EGP, ERN, ETB, EUR, FJD, FKP,
		GBP, GEL, GHS, GIP, GMD, GNF, GTQ, GYD, HKD, HNL, HTG, HUF,
		IDR, ILS, INR, IQD, IRR, ISK, JMD, JOD, JPY, KES, KGS, KHR,
		KMF, KPW, KRW, KWD, KYD, KZT, LAK, LBP, LKR, LRD, LSL, LYD,
		MAD, MDL, MGA, MKD, MMK, MNT, MOP, MRU, MUR, MVR, MWK, MXN,
		MXV, MYR, MZN, NAD, NGN, NIO, NOK, NPR, NZD, OMR, PAB, PEN,
		PGK, PHP, PKR, PLN, PYG, QAR, RON, RSD, RUB, RWF, SAR, SBD,
		SCR, SDG, SEK, SGD, SHP, SLE, SOS, SRD, SSP, STN, SVC, SYP,
		SZL, THB, TJS, TMT, TND, TOP, TRY, TTD, TWD, TZS, UAH, UGX,
		USD, USN, UYI, UYU, UYW, UZS, VED, VES, VND, VUV, WST, XAD,
		XAF, XCD, XCG, XOF, XPF, YER, ZAR, ZMW, ZWG:
		return true
	default:
		return false
	}
}
