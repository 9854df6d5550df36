"""What a paper says beside what comes out here: claims, their verdicts, and the standing of what they rest on."""
