SELECT *
FROM partials
