"""Any LangChain chat model writes the answer; each sentence is checked before it is shown."""
