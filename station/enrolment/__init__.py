"""One student's recording: steps, gates, exceptions, sign-off.

`state` folds an enrolment's events into where it stands; `commands` check that and append;
`spool` keeps samples encrypted until the package is sealed; `capture` joins a device, the quality
measures, the spool and the commands into one attempt. No Kivy, no driver.
"""
