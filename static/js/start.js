// Runs before the page is drawn: tells the style sheet that scripts work.
document.documentElement.classList.add("js");
