"""The application for `flask run`, WSGI servers and `python app.py`."""

from portal import create_app

app = create_app()

if __name__ == "__main__":
    app.run()
