package named_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/internal/named"
)

func TestSet(t *testing.T) {
	s := named.Set{In: "fruit", What: "fruit of the garden", Names: "apple pear quince"}
	for n, name := range []string{"apple", "pear", "quince"} {
		require.Equal(t, name, s.Name(uint8(n)))
		text, err := s.Marshal(uint8(n))
		require.NoError(t, err)
		require.Equal(t, name, string(text))
		got := uint8(200)
		require.NoError(t, s.Unmarshal(text, &got))
		require.Equal(t, uint8(n), got)
	}
	require.Equal(t, "fruit of the garden(3)", s.Name(3))
	_, err := s.Marshal(3)
	require.EqualError(t, err, "fruit: 3 is no fruit of the garden")
	got := uint8(1)
	for _, text := range []string{"", "Apple", "apple pear", " apple"} {
		require.Error(t, s.Unmarshal([]byte(text), &got), text)
		require.Equal(t, uint8(1), got)
	}
	require.EqualError(t, s.Unmarshal([]byte("plum"), &got), `fruit: "plum" is no fruit of the garden; expected apple, pear, quince`)
}

func TestNamesDoNotAllocate(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if (named.Set{Names: "apple pear quince"}).Name(2) != "quince" {
			t.Fatal()
		}
	}))
}
