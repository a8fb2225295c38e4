package party_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
)

// codes lists what a check found, as "code at path".
func codes(found finding.List) []string {
	var all []string
	for _, f := range found {
		all = append(all, strings.TrimSuffix(f.Code+" at "+f.Path, " at "))
	}
	return all
}

func TestIdentifierValidate(t *testing.T) {
	for name, tc := range map[string]struct {
		scheme party.Scheme
		value  string
		want   []string
	}{
		"GLN":                     {party.GLN, "4012345500004", nil},
		"GLN, another":            {party.GLN, "0614141000005", nil},
		"GLN, wrong check digit":  {party.GLN, "4012345500005", []string{"party.identifier.check-digit at value"}},
		"GLN, digits swapped":     {party.GLN, "4021345500004", []string{"party.identifier.check-digit at value"}},
		"GLN, too short":          {party.GLN, "401234550000", []string{"party.identifier.format at value"}},
		"GLN, letter":             {party.GLN, "40123455O0004", []string{"party.identifier.format at value"}},
		"DUNS":                    {party.DUNS, "123456789", nil},
		"DUNS, too long":          {party.DUNS, "1234567890", []string{"party.identifier.format at value"}},
		"DUNS, not normalised":    {party.DUNS, "12-345-6789", []string{"party.identifier.format at value"}},
		"DUNS+4":                  {party.DUNSPlus4, "123456789AB12", nil},
		"DUNS+4 without the four": {party.DUNSPlus4, "123456789", []string{"party.identifier.format at value"}},
		"DUNS+4, hyphen":          {party.DUNSPlus4, "123456789AB-2", []string{"party.identifier.format at value"}},
		"SCAC":                    {party.SCAC, "UPSN", nil},
		"SCAC of two letters":     {party.SCAC, "DX", nil},
		"SCAC with a digit":       {party.SCAC, "UPS1", []string{"party.identifier.format at value"}},
		"SCAC, too long":          {party.SCAC, "UPSNX", []string{"party.identifier.format at value"}},
		"store number":            {party.AssignedByBuyer, "0045", nil},
		"any qualifier of X12":    {"A5", "x/1", nil},
		"no value":                {party.AssignedBySeller, "", []string{"party.identifier.missing at value"}},
		"no scheme":               {"", "0045", []string{"party.identifier.scheme at scheme"}},
		"scheme by name":          {"DUNS", "123456789", []string{"party.identifier.scheme at scheme"}},
		"nothing":                 {"", "", []string{"party.identifier.scheme at scheme", "party.identifier.missing at value"}},
		"fields run together":     {party.MutuallyDefined, strings.Repeat("x", 81), []string{"party.identifier.too-long at value"}},
	} {
		t.Run(name, func(t *testing.T) {
			found := party.Identifier{Scheme: tc.scheme, Value: tc.value}.Validate()
			require.Equal(t, tc.want, codes(found))
			require.Equal(t, tc.want != nil, found.Blocks())
		})
	}
}

func TestIdentifierNormalize(t *testing.T) {
	for _, tc := range []struct {
		scheme      party.Scheme
		value, want string
	}{
		{party.DUNS, " 12-345-6789 ", "123456789"},
		{party.GLN, "40 12345 50000 4", "4012345500004"},
		{party.SCAC, "upsn", "UPSN"},
		{party.AssignedByBuyer, " st-0045 ", "st-0045"},
		{" zz ", " as it is ", "as it is"},
	} {
		got := party.Identifier{Scheme: tc.scheme, Value: tc.value}.Normalize()
		require.Equal(t, tc.want, got.Value)
		require.Equal(t, party.Scheme(strings.ToUpper(strings.TrimSpace(string(tc.scheme)))), got.Scheme)
		require.Equal(t, got, got.Normalize())
	}
}

// A GLN is right for exactly one last digit, and the rule finds every single wrong digit. The oracle is the definition in
// columns: odd places once, even places three times, up to the next ten.
func TestGLNCheckDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.StringMatching(`[0-9]{12}`).Draw(t, "digits")
		odd, even := 0, 0
		for i, c := range first {
			if i%2 == 0 {
				odd += int(c - '0')
			} else {
				even += int(c - '0')
			}
		}
		check := byte('0' + (10-(odd+3*even)%10)%10)
		good := first + string(check)
		if found := (party.Identifier{Scheme: party.GLN, Value: good}).Validate(); len(found) > 0 {
			t.Fatalf("%s: %v", good, found)
		}
		at := rapid.IntRange(0, 12).Draw(t, "place")
		wrong := []byte(good)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if found := (party.Identifier{Scheme: party.GLN, Value: string(wrong)}).Validate(); !found.Blocks() {
			t.Fatalf("%s instead of %s was not found", wrong, good)
		}
	})
}

func TestSchemeString(t *testing.T) {
	for scheme, want := range map[party.Scheme]string{
		party.DUNS: "DUNS", party.SCAC: "SCAC", party.DUNSPlus4: "DUNS+4", party.AssignedBySeller: "assigned by seller",
		party.AssignedByBuyer: "assigned by buyer", party.TaxNumber: "tax number", party.GLN: "GLN",
		party.MutuallyDefined: "mutually defined", "A5": "A5",
	} {
		require.Equal(t, want, scheme.String())
	}
	require.True(t, party.Identifier{}.IsZero())
	require.Equal(t, "GLN 4012345500004", party.Identifier{Scheme: party.GLN, Value: "4012345500004"}.String())
}
