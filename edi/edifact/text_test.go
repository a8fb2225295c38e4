package edifact_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
)

func TestSettingsAsText(t *testing.T) {
	type settings struct {
		Separators edifact.Separators `json:"separators,omitzero"`
		Charset    edifact.Charset    `json:"charset,omitempty"`
	}
	want := settings{Separators: edifact.Standard(), Charset: edifact.Latin1}
	want.Separators.Decimal = ','
	const text = `{"separators":"UNA:+,? '","charset":"ISO 8859-1"}`
	written, err := json.Marshal(want)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(written))
	var got settings
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Equal(t, want, got)
	require.NoError(t, json.Unmarshal([]byte(`{"separators":""}`), &got))
	assert.Zero(t, got.Separators)

	written, err = json.Marshal(edifact.Separators{})
	require.NoError(t, err)
	assert.JSONEq(t, `""`, string(written))
	require.ErrorContains(t, json.Unmarshal([]byte(`{"separators":"UNA++.? '"}`), &got), "separator")
	require.ErrorContains(t, json.Unmarshal([]byte(`{"charset":"EBCDIC"}`), &got), "no character set")
	_, err = json.Marshal(edifact.Charset(9))
	require.ErrorContains(t, err, "no character set")
}
