package x12

// The codes of this package's faults. They are stable: a program may compare
// them. Each stands beside the code that an acknowledgement gives the sender,
// where the standard has one.
const (
	// CodeEmpty means that there is no byte but white space.
	CodeEmpty = "x12.empty"
	// CodeNotX12 means that what stands outside an interchange does not begin with ISA.
	CodeNotX12 = "x12.not-x12"
	// CodeTruncated means that the stream ends within a segment or before the IEA (TA105 023).
	CodeTruncated = "x12.truncated"

	// CodeHeaderTruncated means that the stream ends within the ISA.
	CodeHeaderTruncated = "x12.isa.truncated"
	// CodeHeaderLength means that the ISA is not 106 bytes long; its separators were counted (TA105 022).
	CodeHeaderLength = "x12.isa.length"
	// CodeHeaderMalformed means that the ISA cannot be understood at all.
	CodeHeaderMalformed = "x12.isa.malformed"
	// CodeDelimiters means that delimiters collide or cannot be used (TA105 026, 027, 004).
	CodeDelimiters = "x12.isa.delimiters"
	// CodeHeaderVersion means that ISA12 is not five digits (TA105 017).
	CodeHeaderVersion = "x12.isa.version"
	// CodeHeaderControl means that ISA13 is not a number (TA105 018).
	CodeHeaderControl = "x12.isa.control"
	// CodeHeaderDate means that ISA09 is not a date (TA105 014).
	CodeHeaderDate = "x12.isa.date"
	// CodeHeaderTime means that ISA10 is not a time (TA105 015).
	CodeHeaderTime = "x12.isa.time"
	// CodeHeaderUsage means that ISA15 is none of P, T, I (TA105 020).
	CodeHeaderUsage = "x12.isa.usage"
	// CodeInterchangeTrailerMissing means that the interchange ends without IEA (TA105 022).
	CodeInterchangeTrailerMissing = "x12.iea.missing"
	// CodeInterchangeCount means that IEA01 is not the number of groups (TA105 021).
	CodeInterchangeCount = "x12.iea.count"
	// CodeInterchangeControl means that IEA02 is not ISA13 (TA105 001).
	CodeInterchangeControl = "x12.iea.control"
	// CodeInterchangeContent means that a segment stands where only groups may (TA105 024).
	CodeInterchangeContent = "x12.interchange.content"

	// CodeGroupHeaderMissing means that a set stands outside a group (TA105 024).
	CodeGroupHeaderMissing = "x12.gs.missing"
	// CodeGroupControl means that GS06 is not a number of up to nine digits (AK905 6).
	CodeGroupControl = "x12.gs.control"
	// CodeGroupDuplicate means that GS06 occurred before in the interchange (AK905 19).
	CodeGroupDuplicate = "x12.gs.duplicate"
	// CodeGroupTrailerMissing means that the group ends without GE (AK905 3).
	CodeGroupTrailerMissing = "x12.ge.missing"
	// CodeGroupTrailerUnexpected means that a GE closes no group (TA105 024).
	CodeGroupTrailerUnexpected = "x12.ge.unexpected"
	// CodeGroupCount means that GE01 is not the number of sets (AK905 5).
	CodeGroupCount = "x12.ge.count"
	// CodeGroupTrailerControl means that GE02 is not GS06 (AK905 4).
	CodeGroupTrailerControl = "x12.ge.control"
	// CodeGroupContent means that a segment stands where only sets may.
	CodeGroupContent = "x12.group.content"

	// CodeSetIdentifier means that ST01 is not three digits (AK502 6).
	CodeSetIdentifier = "x12.st.identifier"
	// CodeSetControl means that ST02 is missing or too long (AK502 7).
	CodeSetControl = "x12.st.control"
	// CodeSetDuplicate means that ST02 occurred before in the group (AK502 23).
	CodeSetDuplicate = "x12.st.duplicate"
	// CodeSetTrailerMissing means that the set ends without SE (AK502 2).
	CodeSetTrailerMissing = "x12.se.missing"
	// CodeSetTrailerUnexpected means that an SE closes no set.
	CodeSetTrailerUnexpected = "x12.se.unexpected"
	// CodeSetCount means that SE01 is not the number of segments (AK502 4).
	CodeSetCount = "x12.se.count"
	// CodeSetTrailerControl means that SE02 is not ST02 (AK502 3).
	CodeSetTrailerControl = "x12.se.control"

	// CodeSegmentIdentifier means that a segment does not begin with an identifier of
	// two or three capital letters and digits (AK304 1).
	CodeSegmentIdentifier = "x12.segment.identifier"
	// CodeSegmentEmpty means that a terminator follows a terminator (AK304 1).
	CodeSegmentEmpty = "x12.segment.empty"
	// CodeSegmentUnterminated means that the terminator is missing or is another
	// character than elsewhere (AK502 5).
	CodeSegmentUnterminated = "x12.segment.unterminated"
	// CodeInvalidCharacter means that a control character stands within an element (AK403 6).
	CodeInvalidCharacter = "x12.element.character"

	// CodeSchemaVersion means that a set was held to another version than its own: a warning.
	CodeSchemaVersion = "x12.schema.version"
	// CodeSchemaSet means that the schema does not have the set, so that only its
	// envelope was checked: a warning.
	CodeSchemaSet = "x12.schema.set"

	// CodeLimitSegment means that a segment, or white space between two, is longer than Options.MaxSegmentBytes.
	CodeLimitSegment = "x12.limit.segment-bytes"
	// CodeLimitElements means that a segment has more elements than Options.MaxElements (AK403 3).
	CodeLimitElements = "x12.limit.elements"
	// CodeLimitSegments means that a set has more segments than Options.MaxSegments.
	CodeLimitSegments = "x12.limit.segments"
	// CodeLimitSet means that a set is longer than Options.MaxSetBytes and was not kept.
	CodeLimitSet = "x12.limit.set-bytes"
	// CodeLimitSets means that more than Options.MaxSets were found; the rest is not listed.
	CodeLimitSets = "x12.limit.sets"
	// CodeLimitFaults means that more than Options.MaxFaults were found; the rest is left out.
	CodeLimitFaults = "x12.limit.faults"
)
