package party_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
)

func TestCountries(t *testing.T) {
	assigned, names, alpha3 := 0, map[string]bool{}, map[string]bool{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			c := party.Country(string(a) + string(b))
			if !c.IsValid() {
				require.Empty(t, c.Name()+c.Alpha3())
				continue
			}
			assigned++
			names[c.Name()], alpha3[c.Alpha3()] = true, true
			for _, text := range []string{string(c), strings.ToLower(string(c)), c.Alpha3(), strings.ToLower(c.Name())} {
				got, err := party.ParseCountry(text)
				require.NoError(t, err)
				require.Equal(t, c, got, text)
			}
		}
	}
	require.Equal(t, 249, assigned, "ISO 3166-1 assigns 249 codes")
	require.Len(t, names, 249)
	require.Len(t, alpha3, 249)
	require.Equal(t, "Germany", party.Germany.Name())
	require.Equal(t, "ZWE", party.Country("ZW").Alpha3())
	require.Equal(t, "Zimbabwe", party.Country("ZW").Name())
	for text, want := range map[string]party.Country{"UK": "GB", " united  states of america ": "US", "Scotland": "GB", "Côte d'Ivoire": "CI"} {
		got, err := party.ParseCountry(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "XX", "EU", "D", "Prussia", "A\nA", "us\x00", "AD AND Andorra", "\n"} {
		_, err := party.ParseCountry(text)
		var fault *party.CountryError
		require.ErrorAs(t, err, &fault, text)
		require.Equal(t, text, fault.Text)
		require.False(t, party.Country(text).IsValid())
	}
	require.False(t, party.Country("us").IsValid(), "codes are upper case")
}

func address(country party.Country, region, postal string) party.Address {
	return party.Address{Lines: []string{"1 Main St"}, City: "Town", Region: region, PostalCode: postal, Country: country}
}

func TestPostalRules(t *testing.T) {
	const format, region, elsewhere = "party.address.postal-code at postal_code", "party.address.region at region",
		"party.address.postal-region at postal_code"
	for name, tc := range map[string]struct {
		address party.Address
		want    []string
	}{
		"US, five digits":           {address("US", "NY", "10118"), nil},
		"US, nine digits":           {address("US", "NY", "10118-0110"), nil},
		"US, Fishers Island":        {address("US", "NY", "06390"), nil},
		"US, El Paso":               {address("US", "TX", "88510"), nil},
		"US, Puerto Rico":           {address("US", "PR", "00901"), nil},
		"US, army post":             {address("US", "AE", "09128"), nil},
		"US, eight digits":          {address("US", "NY", "10118011"), []string{format}},
		"US, letter":                {address("US", "NY", "1O118"), []string{format}},
		"US, nine without hyphen":   {address("US", "NY", "101180110"), []string{format}},
		"US, no code":               {address("US", "NY", ""), []string{format}},
		"US, no state":              {address("US", "", "10118"), []string{region}},
		"US, province":              {address("US", "ON", "10118"), []string{region}},
		"US, state elsewhere":       {address("US", "CA", "10118"), []string{elsewhere}},
		"CA":                        {address("CA", "ON", "K1A 0B1"), nil},
		"CA, letter D":              {address("CA", "ON", "K1D 0B1"), []string{format}},
		"CA, letter O for 0":        {address("CA", "ON", "K1A OB1"), []string{format}},
		"CA, W cannot begin":        {address("CA", "ON", "W1A 0B1"), []string{format}},
		"CA, Z cannot begin":        {address("CA", "ON", "Z1A 0B1"), []string{format}},
		"CA, W within":              {address("CA", "ON", "M5W 1E6"), nil},
		"CA, no space":              {address("CA", "ON", "K1A0B1"), []string{format}},
		"CA, no province":           {address("CA", "", "K1A 0B1"), []string{region}},
		"CA, province elsewhere":    {address("CA", "BC", "K1A 0B1"), []string{elsewhere}},
		"CA, Nunavut":               {address("CA", "NU", "X0A 0H0"), nil},
		"GB, A9":                    {address("GB", "", "M1 1AE"), nil},
		"GB, A99":                   {address("GB", "", "B33 8TH"), nil},
		"GB, AA9":                   {address("GB", "", "CR2 6XH"), nil},
		"GB, AA99":                  {address("GB", "", "DN55 1PT"), nil},
		"GB, A9A":                   {address("GB", "Greater London", "W1A 1HQ"), nil},
		"GB, AA9A":                  {address("GB", "", "EC1A 1BB"), nil},
		"GB, Girobank":              {address("GB", "", "GIR 0AA"), nil},
		"GB, third sign":            {address("GB", "", "W1I 1HQ"), []string{format}},
		"GB, fourth sign":           {address("GB", "", "EC1C 1BB"), []string{format}},
		"GB, Q cannot begin":        {address("GB", "", "Q1 1AE"), []string{format}},
		"GB, J second":              {address("GB", "", "CJ2 6XH"), []string{format}},
		"GB, letter C at the end":   {address("GB", "", "M1 1AC"), []string{format}},
		"GB, letter V at the end":   {address("GB", "", "M1 1VA"), []string{format}},
		"GB, three digits":          {address("GB", "", "B333 8TH"), []string{format}},
		"GB, no space":              {address("GB", "", "M11AE"), []string{format}},
		"GB, no code":               {address("GB", "", ""), []string{format}},
		"Jersey":                    {address("JE", "", "JE2 3AB"), nil},
		"Guernsey":                  {address("GG", "", "GY1 1AA"), nil},
		"Guernsey, code of England": {address("GG", "", "M1 1AE"), []string{format}},
		"Jersey, Girobank":          {address("JE", "", "GIR 0AA"), []string{format}},
		"DE":                        {address("DE", "", "10115"), nil},
		"DE, state":                 {address("DE", "BY", "80331"), nil},
		"DE, first code":            {address("DE", "", "01001"), nil},
		"DE, zero":                  {address("DE", "", "00999"), []string{format}},
		"DE, 99999":                 {address("DE", "", "99999"), []string{format}},
		"DE, four digits":           {address("DE", "", "8033"), []string{format}},
		"DE, no code":               {address("DE", "", ""), []string{format}},
		"DE, no such state":         {address("DE", "XY", "80331"), []string{region}},
		"MX":                        {address("MX", "JAL", "44100"), nil},
		"MX, Mexico City":           {address("MX", "CMX", "06000"), nil},
		"MX, below the first":       {address("MX", "CMX", "00999"), []string{format}},
		"MX, six digits":            {address("MX", "JAL", "441000"), []string{format}},
		"MX, no code":               {address("MX", "JAL", ""), []string{format}},
		"MX, state elsewhere":       {address("MX", "NLE", "44100"), []string{elsewhere}},
		"MX, no such state":         {address("MX", "TX", "44100"), []string{region}},
		"elsewhere, no code":        {address("HK", "", ""), nil},
		"elsewhere, any code":       {address("NL", "", "1012 AB"), nil},
		"elsewhere, too long":       {address("NL", "", "1012 AB 1012 AB 1"), []string{format}},
		"elsewhere, signs":          {address("NL", "", "1012_AB"), []string{format}},
		"no country":                {address("", "", ""), []string{"party.address.country at country"}},
		"no such country":           {address("XX", "", "1"), []string{"party.address.country at country"}},
	} {
		t.Run(name, func(t *testing.T) {
			found := tc.address.Validate()
			require.Equal(t, tc.want, codes(found))
			for _, f := range found {
				require.NotEmpty(t, f.Message)
				require.NotEmpty(t, f.Fix)
				require.Equal(t, f.Code != "party.address.postal-region", f.Severity == finding.Block)
			}
		})
	}
}

func TestAddressStructure(t *testing.T) {
	found := party.Address{
		Lines: []string{"a", "b\tc", strings.Repeat("ü", 56), "d", "e"}, City: "x\ny", Country: "FR", Region: strings.Repeat("r", 31),
	}.Validate()
	require.Equal(t, []string{
		"party.address.lines at lines", "party.address.control-character at lines[1]", "party.address.too-long at lines[2]",
		"party.address.control-character at city", "party.address.too-long at region",
	}, codes(found))
	require.Equal(t, []string{
		"party.address.country at country", "party.address.lines at lines", "party.address.city at city",
	}, codes(party.Address{}.Validate()))
	require.True(t, party.Address{}.IsZero())
}

func TestAddressNormalize(t *testing.T) {
	for name, tc := range map[string]struct{ in, want party.Address }{
		"US": {
			party.Address{Lines: []string{"  20 W  34th St ", "", " "}, City: " New  York ", Region: "new york", PostalCode: "101180110", Country: "usa"},
			party.Address{Lines: []string{"20 W 34th St"}, City: "New York", Region: "NY", PostalCode: "10118-0110", Country: "US"},
		},
		"CA":                     {address("Canada", "Québec", "h2y1c6"), address("CA", "QC", "H2Y 1C6")},
		"CA, hyphen":             {address("can", "on.", "k1a-0b1"), address("CA", "ON.", "K1A 0B1")},
		"GB":                     {address("uk", "", "sw1a1aa"), address("GB", "", "SW1A 1AA")},
		"GB, spaces":             {address("England", "", "m 1  1ae"), address("GB", "", "M1 1AE")},
		"DE":                     {address("germany", "bayern", "D-80331"), address("DE", "BY", "80331")},
		"DE, umlaut":             {address("DEU", "thüringen", "de 99084"), address("DE", "TH", "99084")},
		"MX, two letters":        {address("mex", "jc", "C.P. 44100"), address("MX", "JAL", "44100")},
		"MX, name and no accent": {address("MX", "nuevo leon", "cp 64000"), address("MX", "NLE", "64000")},
		"ISO 3166-2 in full":     {address("US", "US-CA", "90001"), address("US", "CA", "90001")},
		"not to be read":         {address("Prussia", "x", " 1 2 "), address("Prussia", "X", "1 2")},
		"not a code":             {address("GB", "", "né é1"), address("GB", "", "NÉ É1")},
	} {
		t.Run(name, func(t *testing.T) {
			got := tc.in.Normalize()
			require.Equal(t, tc.want, got)
			require.True(t, got.Equal(got.Normalize()))
			require.Equal(t, got.Equal(tc.in), false, "each case is one in which something changes")
		})
	}
	require.Equal(t, "20 W 34th St, New York NY 10118, US",
		party.Address{Lines: []string{"20 W 34th St"}, City: "New York", Region: "NY", PostalCode: "10118", Country: "US"}.String())
	require.Equal(t, "", party.Address{}.String())
}

// Every code of a region is read from its own name, and every prefix leads to it.
func TestRegionsByCodeNameAndAbbreviation(t *testing.T) {
	for _, tc := range []struct {
		country     party.Country
		given, want string
	}{
		{"US", "alabama", "AL"}, {"US", "Palau", "PW"}, {"US", "district of columbia", "DC"}, {"CA", "alberta", "AB"},
		{"CA", "Yukon", "YT"}, {"MX", "Aguascalientes", "AGU"}, {"MX", "ZACATECAS", "ZAC"}, {"MX", "MICHOACAN", "MIC"},
		{"MX", "DF", "CMX"}, {"MX", "CX", "CMX"}, {"MX", "SI", "SIN"}, {"MX", "SL", "SLP"}, {"MX", "zz", "ZZ"},
		{"DE", "Baden-Wurttemberg", "BW"}, {"FR", "Bretagne", "BRETAGNE"},
	} {
		require.Equal(t, tc.want, address(tc.country, tc.given, "").Normalize().Region, tc.given)
	}
}

// letters are what the tables have, with what is hard about them: accents, case, letters without one, no letters at all.
func letters() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringOf(rapid.SampledFrom([]rune("ÁáÉéÍíÓóÚúÜüÑñßſıİǅaZ09 \t.-,\u212A\uFFFD"))),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

// folded is the definition: upper case, without the accents of the names, white space squeezed.
func folded(text string) string {
	return strings.NewReplacer("Á", "A", "É", "E", "Í", "I", "Ó", "O", "Ú", "U", "Ü", "U").
		Replace(strings.ToUpper(strings.Join(strings.Fields(text), " ")))
}

func TestUnknownRegionIsFolded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := letters().Draw(t, "text")
		require.Equal(t, strings.TrimPrefix(folded(text), "FR-"), address("FR", text, "").Normalize().Region)
	})
}

func TestRegionIsReadHoweverItIsWritten(t *testing.T) {
	type named struct {
		country    party.Country
		code, name string
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom([]named{
			{"MX", "CMX", "Ciudad de México"}, {"MX", "MEX", "México"}, {"MX", "MIC", "Michoacán"}, {"MX", "NLE", "Nuevo León"},
			{"MX", "SLP", "San Luis Potosí"}, {"MX", "YUC", "Yucatán"}, {"MX", "BCN", "Baja California"}, {"US", "NC", "North Carolina"},
			{"DE", "BW", "Baden-Württemberg"}, {"DE", "TH", "Thüringen"}, {"CA", "NL", "Newfoundland and Labrador"},
		}).Draw(t, "region")
		var text strings.Builder
		for _, c := range r.name {
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0:
				text.WriteString(strings.ToUpper(string(c)))
			case 1:
				text.WriteString(strings.ToLower(string(c)))
			case 2:
				text.WriteString(folded(string(c)))
				if c == ' ' {
					text.WriteString(" \t ")
				}
			default:
				text.WriteRune(c)
			}
		}
		require.Equal(t, r.code, address(r.country, text.String(), "").Normalize().Region, text.String())
		longer := text.String() + rapid.SampledFrom([]string{"x", "é", " Sul", "."}).Draw(t, "more")
		require.Equal(t, folded(longer), address(r.country, longer, "").Normalize().Region)
		shorter := folded(r.name)[:len(folded(r.name))-1]
		require.Equal(t, shorter, address(r.country, shorter, "").Normalize().Region)
	})
}

// A ZIP code of nine digits is read through blanks, hyphens and full stops; anything else is only put in upper case.
func TestPostalCodeIsReadThroughSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(letters(), rapid.StringMatching(`([0-9][ .-]?){4,10}`)).Draw(t, "text")
		want := strings.ToUpper(strings.Join(strings.Fields(text), " "))
		switch bare := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(want); {
		case len(bare) == 9 && strings.Trim(bare, "0123456789") == "":
			want = bare[:5] + "-" + bare[5:]
		case len(bare) == 5:
			want = bare
		}
		require.Equal(t, want, address("US", "NY", text).Normalize().PostalCode)
	})
}

func FuzzAddress(f *testing.F) {
	for _, seed := range [][5]string{
		{"20 W 34th St", "New York", "new york", "101180110", "usa"}, {"1 Wellington St", "Ottawa", "ON", "k1a0b1", "CA"},
		{"Buckingham Palace", "London", "", "sw1a1aa", "uk"}, {"Platz 1", "Berlin", "BE", "D-10115", "DE"},
		{"Calle 1", "Guadalajara", "JA", "44100", "MX"}, {"\x00", "é", "\n", "é é1", "G\nB"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	f.Fuzz(func(t *testing.T, line, city, region, postal, country string) {
		a := party.Address{Lines: []string{line}, City: city, Region: region, PostalCode: postal, Country: party.Country(country)}
		once := a.Normalize()
		if twice := once.Normalize(); !twice.Equal(once) {
			t.Fatalf("%+v becomes %+v and then %+v", a, once, twice)
		}
		_ = a.Validate()
		if found := once.Validate(); !found.Blocks() && !once.Country.IsValid() {
			t.Fatalf("%+v passes", once)
		}
	})
}

// A postcode drawn from the forms and letters that are allowed passes, however it is spaced and cased.
func TestPostcodesAsIssued(t *testing.T) {
	const inward = `[0-9][ABD-HJLNP-UW-Z]{2}`
	outward := []string{
		`[A-PR-UWYZ][0-9]{1,2}`, `[A-PR-UWYZ][A-HK-Y][0-9]{1,2}`, `[A-PR-UWYZ][0-9][A-HJKPSTUW]`, `[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]`,
	}
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(rapid.SampledFrom(outward).Draw(t, "form")).Draw(t, "outward") + " " + rapid.StringMatching(inward).Draw(t, "inward")
		given := code
		if rapid.Bool().Draw(t, "without space") {
			given = strings.ReplaceAll(given, " ", "")
		}
		if rapid.Bool().Draw(t, "in lower case") {
			given = strings.ToLower(given)
		}
		a := address("GB", "", given).Normalize()
		if found := a.Validate(); a.PostalCode != code || len(found) > 0 {
			t.Fatalf("%q became %q: %v", given, a.PostalCode, found)
		}
	})
}

func BenchmarkNormalize(b *testing.B) {
	for name, a := range map[string]party.Address{
		"US":    {Lines: []string{"4100 Industrial Parkway", "Building C"}, City: "Northfield", Region: "MN", PostalCode: "55057", Country: "US"},
		"names": {Lines: []string{" Av.  Juárez 1 "}, City: " San Pedro ", Region: "nuevo león", PostalCode: "c.p. 64000", Country: "mexico"},
		"none":  {Lines: []string{"4100 Industrial Parkway"}, City: "Northfield"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if a.Normalize().IsZero() {
					b.Fatal("nothing is left")
				}
			}
		})
	}
}
