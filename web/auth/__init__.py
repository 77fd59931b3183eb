"""Who may use the chat: login, sessions, and the gate in front of Gradio."""
