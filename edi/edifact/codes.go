package edifact

// The codes of this package's faults. They are stable: a program may compare them.
// Behind each stands the code of data element 0085, with which a CONTRL tells the
// sender.
const (
	// CodeEmpty means that there is no byte but white space.
	CodeEmpty = "edifact.empty"
	// CodeNotEDIFACT means that what stands outside an interchange begins with neither UNA nor UNB.
	CodeNotEDIFACT = "edifact.not-edifact"
	// CodeTruncated means that the stream ends within a segment or before the UNZ (13).
	CodeTruncated = "edifact.truncated"

	// CodeSeparators means that the separators of a UNA cannot be used (20).
	CodeSeparators = "edifact.una.separators"
	// CodeHeaderSeparators means that the UNB has other separators than hold (22).
	CodeHeaderSeparators = "edifact.unb.separators"
	// CodeHeaderMissing means that messages stand in no interchange: a warning, because
	// some partners agree on that.
	CodeHeaderMissing = "edifact.unb.missing"
	// CodeHeaderSyntax means that S001 names a syntax version other than 1 to 4 (2).
	CodeHeaderSyntax = "edifact.unb.syntax"
	// CodeHeaderCharset means that S001 names a character set that is not known (46): a warning.
	CodeHeaderCharset = "edifact.unb.charset"
	// CodeHeaderParty means that sender or recipient is missing (13).
	CodeHeaderParty = "edifact.unb.party"
	// CodeHeaderDate means that S004 is no date and time (12): a warning.
	CodeHeaderDate = "edifact.unb.date"
	// CodeHeaderControl means that the control reference is missing (13) or has more
	// than 14 characters (39).
	CodeHeaderControl = "edifact.unb.control"
	// CodeInterchangeTrailerMissing means that the interchange ends without UNZ (13).
	CodeInterchangeTrailerMissing = "edifact.unz.missing"
	// CodeInterchangeCount means that UNZ01 is not the number of groups, or of messages
	// where there are none (29).
	CodeInterchangeCount = "edifact.unz.count"
	// CodeInterchangeControl means that UNZ02 is not the reference of the UNB (28).
	CodeInterchangeControl = "edifact.unz.control"
	// CodeInterchangeContent means that a segment stands outside of any message (33).
	CodeInterchangeContent = "edifact.interchange.content"
	// CodeInterchangeMixed means that messages stand beside groups (30).
	CodeInterchangeMixed = "edifact.interchange.mixed"

	// CodeGroupControl means that UNG05 is missing (13).
	CodeGroupControl = "edifact.ung.control"
	// CodeGroupDuplicate means that UNG05 occurred before in the interchange (26).
	CodeGroupDuplicate = "edifact.ung.duplicate"
	// CodeGroupTrailerMissing means that the group ends without UNE (13).
	CodeGroupTrailerMissing = "edifact.une.missing"
	// CodeGroupTrailerUnexpected means that a UNE closes no group (33).
	CodeGroupTrailerUnexpected = "edifact.une.unexpected"
	// CodeGroupCount means that UNE01 is not the number of messages (29).
	CodeGroupCount = "edifact.une.count"
	// CodeGroupTrailerControl means that UNE02 is not UNG05 (28).
	CodeGroupTrailerControl = "edifact.une.control"

	// CodeMessageType means that S009 does not name the type (13), or names a version
	// that no directory of the UN has (12); where version and release are missing only it
	// is a warning here, and the schema's to judge.
	CodeMessageType = "edifact.unh.type"
	// CodeMessageControl means that UNH01 is missing (13) or has more than 14 characters (39).
	CodeMessageControl = "edifact.unh.control"
	// CodeMessageDuplicate means that UNH01 occurred before in the interchange (26).
	CodeMessageDuplicate = "edifact.unh.duplicate"
	// CodeMessageTrailerMissing means that the message ends without UNT (13).
	CodeMessageTrailerMissing = "edifact.unt.missing"
	// CodeMessageTrailerUnexpected means that a UNT closes no message (33).
	CodeMessageTrailerUnexpected = "edifact.unt.unexpected"
	// CodeMessageCount means that UNT01 is not the number of segments (29).
	CodeMessageCount = "edifact.unt.count"
	// CodeMessageTrailerControl means that UNT02 is not UNH01 (28).
	CodeMessageTrailerControl = "edifact.unt.control"

	// CodeSegmentTag means that a segment does not begin with a tag of three capital
	// letters and digits (12).
	CodeSegmentTag = "edifact.segment.tag"
	// CodeSegmentEmpty means that a terminator follows a terminator (22).
	CodeSegmentEmpty = "edifact.segment.empty"
	// CodeSegmentUnterminated means that the terminator is missing or is another
	// character than elsewhere (22).
	CodeSegmentUnterminated = "edifact.segment.unterminated"
	// CodeInvalidCharacter means that a character stands in the data which the
	// character set does not have (21): a warning.
	CodeInvalidCharacter = "edifact.element.character"

	// CodeSchemaVersion means that a message was held to another version than its own: a warning.
	CodeSchemaVersion = "edifact.schema.version"
	// CodeSchemaMessage means that the schema does not have the message, so that only
	// its envelope was checked: a warning.
	CodeSchemaMessage = "edifact.schema.message"

	// CodeLimitSegment means that a segment, or white space between two, is longer than Options.MaxSegmentBytes.
	CodeLimitSegment = "edifact.limit.segment-bytes"
	// CodeLimitElements means that a segment has more elements than Options.MaxElements (16).
	CodeLimitElements = "edifact.limit.elements"
	// CodeLimitSegments means that a message has more segments than Options.MaxSegments.
	CodeLimitSegments = "edifact.limit.segments"
	// CodeLimitMessage means that a message is longer than Options.MaxMessageBytes and was not kept.
	CodeLimitMessage = "edifact.limit.message-bytes"
	// CodeLimitMessages means that more than Options.MaxMessages were found; the rest is not listed.
	CodeLimitMessages = "edifact.limit.messages"
	// CodeLimitFaults means that more than Options.MaxFaults were found; the rest is left out.
	CodeLimitFaults = "edifact.limit.faults"
)
