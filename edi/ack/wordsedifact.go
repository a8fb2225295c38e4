package ack

// controlNote is the meaning of 0085, the error code of a CONTRL.
func controlNote(code string) string {
	switch code {
	case "2":
		return "the syntax version or level is not taken"
	case "7":
		return "the recipient is not the one whom it reached"
	case "12":
		return "the value is wrong"
	case "13":
		return "something that is required is missing"
	case "14":
		return "the value is not taken at this place"
	case "15":
		return "nothing of the kind is taken at this place"
	case "16":
		return "there are too many elements or components"
	case "17":
		return "nothing was agreed that allows it"
	case "18":
		return "an error that the partner does not name"
	case "19":
		return "the decimal mark is not the one that was announced"
	case "20":
		return "a character cannot be a separator"
	case "21":
		return "a character is not in the character set"
	case "22":
		return "a separator is not the one that was announced"
	case "23":
		return "the sender is not known"
	case "24":
		return "the interchange is too old"
	case "25":
		return "the test indicator is not taken"
	case "26":
		return "it was received before"
	case "27":
		return "the security that it asks for is not offered"
	case "28":
		return "the control references of header and trailer are not the same"
	case "29":
		return "the count of the trailer is not what was received"
	case "30":
		return "messages stand beside groups"
	case "31":
		return "the group has messages of several types"
	case "32":
		return "there is nothing in it"
	case "33":
		return "something stands outside of messages and groups"
	case "34":
		return "nesting is not allowed here"
	case "35":
		return "the segment or element repeats too often"
	case "36":
		return "the segment group occurs too often"
	case "37":
		return "the value has characters of the wrong kind"
	case "38":
		return "there is no digit before the decimal mark"
	case "39":
		return "the value is too long"
	case "40":
		return "the value is too short"
	case "41", "42":
		return "the network failed"
	case "43":
		return "the recipient is not known"
	case "45":
		return "a separator stands at the end where none is needed"
	case "46":
		return "the character set is not taken"
	case "47":
		return "the envelope has parts that are not taken"
	case "48":
		return "elements depend on each other in another way"
	}
	return ""
}
