"""The recognisers' names, apart from their code so that a command's help loads none of it."""

ENGINES = ("openai-whisper", "faster-whisper")
