package ack

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/fault"
)

// told makes a fault of a code that a partner gave.
func told(code, element, value string, meaning func(string) string) fault.Fault {
	words := meaning(value)
	if words == "" {
		words = "the partner gives a reason that the standard does not have"
	}
	f := fault.Fault{Code: code, Standard: fault.Note{Element: element, Code: value}, Severity: fault.Failure,
		Message: fmt.Sprintf("%s (%s %s)", words, element, fault.Shortened(value))}
	switch code {
	case CodeElement:
		f.Fix = "correct the element where the document comes from, or its translation for this partner; send the document again"
	case CodeSegment:
		f.Fix = "correct the segment where the document comes from, or what is written for this partner; send the document again"
	case CodeDocument, CodeGroup:
		f.Fix = "clear with the partner what it takes, correct the profile, and send the document again"
	case CodeInterchange:
		f.Fix = "compare the envelope with what was agreed, correct the profile, and send the interchange again"
	}
	return f
}

// interchangeNote is the meaning of TA105.
func interchangeNote(code string) string {
	switch code {
	case "000":
		return "nothing is wrong"
	case "001":
		return "the control numbers of ISA and IEA are not the same"
	case "002":
		return "the standard that ISA11 names is not known"
	case "003":
		return "the version of the envelope is not taken"
	case "004":
		return "the segment terminator cannot be used"
	case "005":
		return "the qualifier of the sender is wrong"
	case "006":
		return "the sender is not known"
	case "007":
		return "the qualifier of the receiver is wrong"
	case "008":
		return "the identifier of the receiver is wrong"
	case "009":
		return "the receiver is not known"
	case "010":
		return "the qualifier of the authorization is wrong"
	case "011":
		return "the authorization is wrong"
	case "012":
		return "the qualifier of the security information is wrong"
	case "013":
		return "the security information is wrong"
	case "014":
		return "the date of the interchange is wrong"
	case "015":
		return "the time of the interchange is wrong"
	case "016":
		return "the identifier of the standard is wrong"
	case "017":
		return "the version in ISA12 is wrong"
	case "018":
		return "the control number in ISA13 is wrong"
	case "019":
		return "ISA14 does not say whether a TA1 is wanted"
	case "020":
		return "ISA15 is neither production nor test"
	case "021":
		return "IEA01 is not the number of groups"
	case "022":
		return "the envelope has a wrong structure"
	case "023":
		return "the interchange ends too early"
	case "024":
		return "the interchange has content that cannot be used, such as a wrong GS"
	case "025":
		return "the control number was used by an earlier interchange"
	case "026":
		return "the element separator cannot be used"
	case "027":
		return "the component separator cannot be used"
	case "028", "029", "030":
		return "the time at which to deliver is wrong"
	case "031":
		return "the grade of service is wrong"
	}
	return ""
}

// groupNote is the meaning of AK905.
func groupNote(code string) string {
	switch code {
	case "1":
		return "groups of this kind are not taken"
	case "2":
		return "the version of the group is not taken"
	case "3":
		return "the GE is missing"
	case "4":
		return "the control numbers of GS and GE are not the same"
	case "5":
		return "GE01 is not the number of sets"
	case "6":
		return "the control number of the group is malformed"
	case "19":
		return "the control number of the group was used before"
	case "10", "11", "12", "13", "14", "15", "16", "17", "18", "23", "24", "25", "26":
		return "the security of the group cannot be processed"
	}
	return ""
}

// setNote is the meaning of AK502 and IK502.
func setNote(code string) string {
	switch code {
	case "1":
		return "sets of this kind are not taken"
	case "2":
		return "the SE is missing"
	case "3":
		return "the control numbers of ST and SE are not the same"
	case "4":
		return "SE01 is not the number of segments"
	case "5":
		return "segments are in error"
	case "6":
		return "the identifier of the set is missing or wrong"
	case "7":
		return "the control number of the set is missing or wrong"
	case "18":
		return "the set does not belong into its group"
	case "19":
		return "the implementation reference is wrong"
	case "23":
		return "the control number of the set was used before in its group"
	case "I5":
		return "segments break the implementation guide"
	case "I6":
		return "the implementation guide is not taken"
	case "8", "9", "10", "11", "12", "13", "15", "16", "17", "24", "25", "26", "27":
		return "the security of the set cannot be processed"
	}
	return ""
}

// segmentNote is the meaning of AK304 and IK304.
func segmentNote(code string) string {
	switch code {
	case "1":
		return "no such segment is known"
	case "2":
		return "the segment is not expected here"
	case "3":
		return "a segment that is required is missing"
	case "4":
		return "the loop occurs too often"
	case "5":
		return "the segment occurs too often"
	case "6":
		return "the segment does not belong to the set"
	case "7":
		return "the segment stands at the wrong place"
	case "8":
		return "elements of the segment are in error"
	case "I4":
		return "the implementation guide does not use the segment"
	case "I6":
		return "a segment that the implementation guide asks for in this case is missing"
	case "I7":
		return "the loop occurs less often than the implementation guide asks for"
	case "I8":
		return "the segment occurs less often than the implementation guide asks for"
	case "I9":
		return "the implementation guide does not use the segment in this case"
	}
	return ""
}

// elementNote is the meaning of AK403 and IK403.
func elementNote(code string) string {
	switch code {
	case "1":
		return "an element that is required is missing"
	case "2":
		return "an element is missing that others of the segment call for"
	case "3":
		return "there are too many elements"
	case "4":
		return "the value is too short"
	case "5":
		return "the value is too long"
	case "6":
		return "the value has a character that is not allowed"
	case "7":
		return "the code is not one that the partner takes"
	case "8":
		return "the value is no date"
	case "9":
		return "the value is no time"
	case "10":
		return "elements stand together that exclude each other"
	case "12":
		return "the element repeats too often"
	case "13":
		return "the element has too many components"
	case "I6":
		return "the implementation guide does not use the code"
	case "I9":
		return "an element that the implementation guide asks for in this case is missing"
	case "I10":
		return "the implementation guide does not use the element"
	case "I11":
		return "the element repeats less often than the implementation guide asks for"
	case "I12":
		return "the value does not have the form that the implementation guide asks for"
	case "I13":
		return "the implementation guide does not use the element in this case"
	}
	return ""
}
