package schema

// words names what a type takes.
func (t Type) words() string {
	switch t {
	case Alphabetic:
		return "letters"
	case Identifier:
		return "a code"
	case Integer:
		return "digits, with a minus in front if negative"
	case Real, Numeric:
		return "a number"
	case Date:
		return "a date CCYYMMDD or YYMMDD"
	case Time:
		return "a time HHMM, HHMMSS or with decimals"
	default:
		return "text"
	}
}

// measure counts the characters of a value that count for its length, and tells
// whether all of them suit its type.
func measure(t Type, value []byte) (size int, ok bool) {
	switch t {
	case Integer:
		if value[0] == '-' {
			value = value[1:]
		}
		return len(value), digits(value)
	case Date, Time:
		return len(value), digits(value)
	case Real, Numeric:
		return measureNumber(value, t == Numeric)
	case Alphabetic:
		for _, b := range value {
			if b >= '0' && b <= '9' {
				return 0, false
			}
		}
	case Binary:
		return len(value), true
	default:
	}
	return characters(value), true
}

// digits tells whether a value is digits, one at least.
func digits(value []byte) bool {
	for _, b := range value {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(value) > 0
}

// measureNumber counts the digits of a number with a sign, a decimal mark (EDIFACT:
// a point or a comma) and, in X12, an exponent.
func measureNumber(value []byte, edifact bool) (size int, ok bool) {
	exponent, marked := 0, false
	for i, b := range value {
		switch {
		case b >= '0' && b <= '9':
			size++
			exponent |= exponent << 1 // a digit behind the E
		case b == '-' && (i == 0 || value[i-1] == 'E'):
		case (b == '.' || edifact && b == ',') && !marked && exponent == 0:
			marked = true
		case b == 'E' && !edifact && exponent == 0 && size > 0:
			exponent = 1
		default:
			return 0, false
		}
	}
	return size, size > 0 && exponent != 1
}

// validDate tells whether digits are a date of the calendar, CCYYMMDD or YYMMDD.
func validDate(value []byte) bool {
	switch len(value) {
	case 6:
		return written(value, "YMD")
	case 8:
		return written(value, "yMD")
	}
	return false
}

// validTime tells whether digits are a time of the day: HHMM, with seconds and
// decimals of them if there are more.
func validTime(value []byte) bool {
	if len(value) != 4 && len(value) < 6 {
		return false
	}
	return number(value[:2]) < 24 && number(value[2:4]) < 60 && (len(value) == 4 || number(value[4:6]) < 60)
}

// number reads digits.
func number(digits []byte) int {
	n := 0
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return n
}
