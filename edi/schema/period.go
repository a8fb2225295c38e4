package schema

// The elements that hold a date, time or period beside the code of its format.
const (
	x12Period, x12Format         = "1251", "1250" // the format stands before
	edifactPeriod, edifactFormat = "2380", "2379" // the format stands behind
)

// periodOf finds a period and its format among elements: their indexes from 1, 0 if
// there is none.
func periodOf(elements []Element) (period, format int) {
	for i := range len(elements) - 1 {
		switch {
		case elements[i].ID == x12Format && elements[i+1].ID == x12Period:
			return i + 2, i + 1
		case elements[i].ID == edifactPeriod && elements[i+1].ID == edifactFormat:
			return i + 1, i + 2
		}
	}
	return 0, 0
}

// layout is how a format is written: y a year of four digits, Y of two, M month, D
// day, W week, h hour, m minute, s second; - may be missing. Empty: not known here.
func layout(format []byte) string {
	switch string(format) {
	case "D8", "102":
		return "yMD"
	case "D6", "101":
		return "YMD"
	case "RD8", "711", "718":
		return "yMD-yMD"
	case "RD6", "717":
		return "YMD-YMD"
	case "DT", "203":
		return "yMDhm"
	case "201":
		return "YMDhm"
	case "202":
		return "YMDhms"
	case "204":
		return "yMDhms"
	case "RDT", "719":
		return "yMDhm-yMDhm"
	case "713":
		return "YMDhm-YMDhm"
	case "TM", "401":
		return "hm"
	case "TS", "402":
		return "hms"
	case "CY", "602":
		return "y"
	case "CM", "610":
		return "yM"
	case "609":
		return "YM"
	case "616":
		return "yW"
	case "716":
		return "yW-yW"
	}
	return ""
}

// written tells whether a value is written by a layout and is of the calendar.
func written(value []byte, layout string) bool {
	year, month := 2000, 1
	for i := range len(layout) {
		size := 2
		switch layout[i] {
		case '-':
			if len(value) > 0 && value[0] == '-' {
				value = value[1:]
			}
			continue
		case 'y':
			size = 4
		}
		if len(value) < size || !digits(value[:size]) {
			return false
		}
		n := number(value[:size])
		value = value[size:]
		ok := true
		switch layout[i] {
		case 'y':
			year, ok = n, n > 0
		case 'Y':
			year = 2000 + n
		case 'M':
			month, ok = n, n >= 1 && n <= 12
		case 'D':
			ok = n >= 1 && n <= lastDay(year, month)
		case 'W':
			ok = n >= 1 && n <= 53
		case 'h':
			ok = n < 24
		default:
			ok = n < 60
		}
		if !ok {
			return false
		}
	}
	return len(value) == 0
}

// lastDay is the last day of a month, 1 to 12.
func lastDay(year, month int) int {
	switch {
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	case month == 2 && (year%4 != 0 || year%100 == 0 && year%400 != 0):
		return 28
	case month == 2:
		return 29
	}
	return 31
}

// period checks a value that is written in a format which another one names.
func (v *Validator) period(f *Element, value, format []byte, at spot) {
	if len(value) == 0 || len(value) > f.Max {
		return // the length is told already
	}
	as := layout(format)
	if as == "" || written(value, as) {
		return
	}
	v.add(v.atElement(f, at, value, CodeElementDate, "8", "12", "the value is no date, time or period of its format",
		"format "+shortened(format), "send it in the format, or name the format that it has"))
}
