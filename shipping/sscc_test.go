package shipping_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/shipping"
)

// shipping-and-trade.md: the SSCC check digit.
func TestParseSSCC(t *testing.T) {
	for _, text := range []string{"095287654321012346", "080020080000012346"} {
		code, err := shipping.ParseSSCC(text)
		require.NoError(t, err)
		assert.Equal(t, text, string(code))
		assert.Equal(t, "(00)"+text, code.HumanReadable())
		assert.Equal(t, "00"+text, code.ElementString())
	}
	tests := map[string]struct {
		text string
		want byte
	}{
		"wrong check digit": {"095287654321012345", '6'},
		"swapped digits":    {"092587654321012346", '2'},
		"empty":             {"", 0},
		"too short":         {"09528765432101234", 0},
		"with its AI":       {"00095287654321012346", 0},
		"letter":            {"09528765432101234X", 0},
		"other digits":      {"09528765432101234٦", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := shipping.ParseSSCC(test.text)
			var wrong *shipping.SSCCError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, test.want, wrong.Want)
			assert.Equal(t, test.text, wrong.Text)
			assert.Contains(t, err.Error(), "is no SSCC")
		})
	}
}

func TestNewSSCC(t *testing.T) {
	tests := map[string]struct {
		extension int
		prefix    string
		serial    int64
		want      shipping.SSCC
	}{
		"the first published example":  {0, "9528765", 432101234, "095287654321012346"},
		"the second published example": {0, "8002008", 1234, "080020080000012346"},
		"shortest prefix":              {3, "1234", 999_999_999_999, "312349999999999994"},
		"longest prefix":               {9, "123456789012", 0, "912345678901200004"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, err := shipping.NewSSCC(test.extension, test.prefix, test.serial)
			require.NoError(t, err)
			assert.Equal(t, string(test.want[:17]), string(code[:17]))
			require.NoError(t, code.Validate())
			serial, ok := code.Serial(test.extension, test.prefix)
			assert.True(t, ok)
			assert.Equal(t, test.serial, serial)
		})
	}
}

func TestNewSSCCRefuses(t *testing.T) {
	var serial *shipping.SerialError
	_, err := shipping.NewSSCC(0, "061414112345", 10_000)
	require.ErrorAs(t, err, &serial)
	assert.Equal(t, int64(9_999), serial.Last)
	_, err = shipping.NewSSCC(0, "0614141", -1)
	require.ErrorAs(t, err, &serial)

	var prefix *shipping.PrefixError
	for _, bad := range []string{"", "123", "1234567890123", "06141x1", "-614141"} {
		_, err = shipping.NewSSCC(0, bad, 1)
		require.ErrorAs(t, err, &prefix, bad)
	}
	for _, bad := range []int{-1, 10} {
		_, err = shipping.NewSSCC(bad, "0614141", 1)
		require.ErrorAs(t, err, &prefix)
	}
	_, ok := shipping.SSCC("080020080000012346").Serial(1, "8002008")
	assert.False(t, ok, "another extension digit")
	_, ok = shipping.SSCC("080020080000012345").Serial(0, "8002008")
	assert.False(t, ok, "no valid code")
}

// The digit against the definition: the sum of all 18 digits, weighted 3 and 1
// from the left, is a multiple of ten.
func TestSSCCCheckDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(`[0-9]{4,12}`).Draw(t, "prefix")
		limit := int64(1)
		for range 16 - len(prefix) {
			limit *= 10
		}
		serial := rapid.Int64Range(0, limit-1).Draw(t, "serial")
		extension := rapid.IntRange(0, 9).Draw(t, "extension")
		code, err := shipping.NewSSCC(extension, prefix, serial)
		require.NoError(t, err)
		require.Len(t, code, 18)
		sum := 0
		for i, c := range string(code) {
			if i%2 == 0 {
				sum += 3 * strings.IndexRune("0123456789", c)
			} else {
				sum += strings.IndexRune("0123456789", c)
			}
		}
		require.Zero(t, sum%10)
		back, ok := code.Serial(extension, prefix)
		require.True(t, ok)
		require.Equal(t, serial, back)

		at := rapid.IntRange(0, 17).Draw(t, "at")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		wrong := string(code[:at]) + string(digit) + string(code[at+1:])
		_, err = shipping.ParseSSCC(wrong)
		require.Equal(t, wrong == string(code), err == nil, "one wrong digit is always noticed")
	})
}

func FuzzParseSSCC(f *testing.F) {
	for _, seed := range []string{"095287654321012346", "080020080000012346", "095287654321012345", "", "(00)095287654321012346"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := shipping.ParseSSCC(text)
		if err != nil {
			return
		}
		extension, prefix := int(code[0]-'0'), string(code[1:8])
		serial, ok := code.Serial(extension, prefix)
		if !ok {
			t.Fatalf("%q has no serial reference", text)
		}
		again, err := shipping.NewSSCC(extension, prefix, serial)
		if err != nil || string(again) != text {
			t.Fatalf("%q became %q: %v", text, again, err)
		}
	})
}
